/**
 * Falcon: one key and value for all heads or for a group of them, attention and feed-forward side
 * by side, rotary positions or biases by distance.
 *
 * <ul>
 *   <li>7B: one key and value, one norm for both sublayers
 *   <li>40B, 180B, 11B ({@code new_decoder_architecture}): grouped heads, a norm for each sublayer
 *       or one for both
 *   <li>RW-1B, RW-7B: biases by distance, one sublayer after the other
 * </ul>
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2311.16867">The Falcon series of open language
 * models</a>. Reference: modeling_falcon.py in transformers 4.57 with its default attention,
 * "sdpa", which adds the biases by distance once; its "eager" attention adds them twice. {@code
 * RefinedWeb} and {@code RefinedWebModel} are what the first checkpoints were called.
 */
package io.vlm4j.llm.falcon;
