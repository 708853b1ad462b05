/** Encoders, connectors and language models as folders of their own, to be assembled. */
package io.vlm4j.models.parts;
