/**
 * Prefix fusion: an image's embeddings stand in the language model's input sequence like those of
 * words (LLaVA, Idefics3, Frozen, BLIP-2).
 *
 * <p>{@link io.vlm4j.models.prefix.PrefixModel} is the one path from a prompt to its answer; a
 * system gives it a {@link io.vlm4j.models.prefix.VisualPath} and a {@link
 * io.vlm4j.models.prefix.PromptFormat}.
 */
package io.vlm4j.models.prefix;
