/**
 * T5: an encoder-decoder with RMS norms and biases by relative position; version 1.0, version 1.1
 * and Flan-T5.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/1910.10683">Exploring the Limits of Transfer Learning
 * with a Unified Text-to-Text Transformer</a>. Reference: modeling_t5.py in transformers 4.57.
 */
package io.vlm4j.llm.t5;
