/**
 * Frozen: the pooled feature of a convolutional network becomes a few embeddings, which stand
 * before or between the words that a language model reads, whose weights were never touched.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2106.13884">Multimodal few-shot learning with frozen
 * language models</a>. No weights were published; the folder is a layout of this library: {@code
 * vision_prefix.safetensors} with the encoder ({@code visual.*}, timm's names) and the linear map
 * ({@code proj.*}), and the language model in a folder of its own as the hub lays it out.
 */
package io.vlm4j.models.frozen;
