/**
 * The small interfaces between the parts. Encoders, connectors and language models implement them
 * and know nothing of each other.
 */
package io.vlm4j.spi;
