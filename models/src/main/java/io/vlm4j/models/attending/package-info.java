/**
 * Captioners whose decoder attends to the image's features: an encoder and a decoder joined by
 * cross-attention (ViT-GPT2).
 *
 * <p>Reference: modeling_vision_encoder_decoder.py in transformers 4.57.
 */
package io.vlm4j.models.attending;
