/**
 * OPT: learned positions, layer norms before or after the sublayers, embeddings that may be
 * narrower than the blocks.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2205.01068">OPT: Open Pre-trained Transformer Language
 * Models</a>. Reference: modeling_opt.py in transformers 4.57.
 */
package io.vlm4j.llm.opt;
