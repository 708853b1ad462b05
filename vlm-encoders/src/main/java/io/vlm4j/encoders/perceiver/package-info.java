/**
 * The Perceiver as a vision encoder: pixels, or the places of a feature map, with their positions
 * beside them, are what its latents look at.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2103.03206">Perceiver</a>, <a
 * href="https://arxiv.org/abs/2107.14795">Perceiver IO</a>. Reference: modeling_perceiver.py in
 * transformers 4.57.
 */
package io.vlm4j.encoders.perceiver;
