/**
 * Connectors: what stands between a vision encoder and a language model. All implement {@link
 * io.vlm4j.spi.Connector}, so that one can be exchanged for another.
 */
package io.vlm4j.connectors;
