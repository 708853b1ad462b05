/**
 * GPT-NeoX, Pythia and RedPajama-INCITE: rotary positions on a share of each head's features, and
 * as a rule attention and feed-forward side by side.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2204.06745">GPT-NeoX-20B</a>, <a
 * href="https://arxiv.org/abs/2304.01373">Pythia</a>. Reference: modeling_gpt_neox.py in
 * transformers 4.57.
 */
package io.vlm4j.llm.gptneox;
