/**
 * Text generation: turns a prompt's embeddings into tokens and text, by greedy search, sampling or
 * beam search. It sees a language model only through {@link io.vlm4j.spi.LanguageModel} and {@link
 * io.vlm4j.spi.DecodeState}, and knows nothing of vision.
 *
 * <p>{@link io.vlm4j.generate.Generator} is the one decode loop. Each turn hands the model's logits
 * to a search (one sequence, or beams), which answers with the tokens to feed next:
 *
 * <pre>
 * prefill -> logits -> [processors -> search -> stop criteria -> model.step]* -> Generation
 * </pre>
 *
 * <p>Names, order and arithmetic of the logits processors and of beam search are those of Hugging
 * Face transformers 4.57.6 (<a
 * href="https://github.com/huggingface/transformers/blob/v4.57.6/src/transformers/generation/utils.py">generation/utils.py</a>,
 * <a
 * href="https://github.com/huggingface/transformers/blob/v4.57.6/src/transformers/generation/logits_process.py">generation/logits_process.py</a>),
 * and the tests compare with its output.
 */
package io.vlm4j.generate;
