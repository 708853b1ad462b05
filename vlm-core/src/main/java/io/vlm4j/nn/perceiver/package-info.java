/**
 * The body of a Perceiver: a few latents look at any number of inputs, think it over among
 * themselves, and are looked at by the queries of the outputs that are wanted.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2103.03206">Perceiver</a>, <a
 * href="https://arxiv.org/abs/2107.14795">Perceiver IO</a>. Reference: modeling_perceiver.py in
 * transformers 4.57.
 */
package io.vlm4j.nn.perceiver;
