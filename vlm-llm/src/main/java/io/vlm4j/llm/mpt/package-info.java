/**
 * MPT: attention with linear biases instead of positions, no biases in its layers, queries, keys
 * and values of one product.
 *
 * <p>Paper: <a href="https://www.databricks.com/blog/mpt-7b">Introducing MPT-7B</a>; <a
 * href="https://arxiv.org/abs/2108.12409">ALiBi</a>. References: modeling_mpt.py in transformers
 * 4.57, and for what that leaves out (slopes, norms of queries and keys, grouped heads, the scale
 * of the logits) the model of mosaicml/llm-foundry. {@code mosaic_gpt} is its first version, with
 * other names.
 */
package io.vlm4j.llm.mpt;
