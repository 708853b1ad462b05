/**
 * IDEFICS: LLaMA with gated cross-attention to a CLIP tower's features, resampled or as they are.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2306.16527">OBELICS</a>. Reference: modeling_idefics.py
 * in transformers 4.57.
 */
package io.vlm4j.models.idefics;
