/**
 * The Querying Transformer: learned queries that read an image, of BLIP-2, and with the instruction
 * beside them, of InstructBLIP; for retrieval it reads texts alone, too.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2301.12597">BLIP-2</a> and <a
 * href="https://arxiv.org/abs/2305.06500">InstructBLIP</a>. Reference: modeling_blip_2.py and
 * modeling_instructblip.py in transformers 4.57.
 */
package io.vlm4j.connectors.qformer;
