/**
 * BLIP: a ViT, and a BERT that looks at it and writes captions or answers.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2201.12086">BLIP: Bootstrapping language-image
 * pre-training</a>. Reference: modeling_blip.py and modeling_blip_text.py in transformers 4.57.
 */
package io.vlm4j.models.blip;
