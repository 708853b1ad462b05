/** Masked language models: what stands in the masked places of a text. */
package io.vlm4j.models.masked;
