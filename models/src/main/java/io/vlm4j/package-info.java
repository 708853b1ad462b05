/**
 * Vision-language models on the JVM: open a model folder, ask about images.
 *
 * <p>{@link io.vlm4j.VisionLanguageModel} is where to start.
 */
package io.vlm4j;
