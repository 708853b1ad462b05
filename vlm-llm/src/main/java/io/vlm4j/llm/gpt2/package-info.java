/**
 * GPT-2: learned positions, layer norms before the sublayers, weights stored [in, out].
 *
 * <p>Paper: Radford et al., Language Models are Unsupervised Multitask Learners, 2019. Reference:
 * modeling_gpt2.py in transformers 4.57.
 */
package io.vlm4j.llm.gpt2;
