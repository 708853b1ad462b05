/**
 * BLIP-2 and InstructBLIP: a frozen encoder, a Q-Former, a frozen language model.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2301.12597">BLIP-2</a> and <a
 * href="https://arxiv.org/abs/2305.06500">InstructBLIP</a>. Reference: modeling_blip_2.py,
 * modeling_instructblip.py and their processors in transformers 4.57.
 */
package io.vlm4j.models.blip2;
