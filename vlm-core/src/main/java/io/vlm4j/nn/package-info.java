/**
 * Layers with their weights: thin handles on the classes of the kernel sources, composed by
 * encoders, connectors and language models.
 *
 * <p>A layer belongs to the {@link io.vlm4j.tensor.TensorScope} that was open when it was loaded.
 */
package io.vlm4j.nn;
