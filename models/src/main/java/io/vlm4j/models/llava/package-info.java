/**
 * LLaVA-1.5: CLIP's patches through a two-layer projection into a LLaMA-type decoder.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2310.03744">Improved baselines with visual instruction
 * tuning</a>. Reference: modeling_llava.py and processing_llava.py in transformers 4.57; layout of
 * the {@code llava-hf} checkpoints.
 */
package io.vlm4j.models.llava;
