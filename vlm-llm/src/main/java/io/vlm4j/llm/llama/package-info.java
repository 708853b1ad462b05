/**
 * The LLaMA family: RMS norm, rotary positions, grouped-query attention, gated feed-forward.
 *
 * <ul>
 *   <li>LLaMA: <a href="https://arxiv.org/abs/2302.13971">Open and efficient foundation language
 *       models</a>
 *   <li>Mistral: <a href="https://arxiv.org/abs/2310.06825">Mistral 7B</a>, with a sliding window
 *   <li>Qwen2: <a href="https://arxiv.org/abs/2407.10671">technical report</a>, with biases on
 *       queries, keys and values
 * </ul>
 *
 * Reference: the modeling files of llama, mistral and qwen2 in transformers 4.57.
 */
package io.vlm4j.llm.llama;
