/**
 * How images and text meet. By prefix fusion an image's embeddings stand in the language model's
 * input sequence like those of words (LLaVA, Idefics3, Frozen, BLIP-2); by cross-attention they
 * stand beside it and are looked at (Flamingo, IDEFICS, BLIP).
 *
 * <p>{@link io.vlm4j.models.fusion.FusionModel} is the one path from a prompt to its answer; a
 * system gives it a {@link io.vlm4j.models.fusion.VisualPath} and a {@link
 * io.vlm4j.models.fusion.PromptFormat}.
 */
package io.vlm4j.models.fusion;
