/** Language models that continue a sequence of embeddings. */
package io.vlm4j.llm;
