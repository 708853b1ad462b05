/**
 * Idefics3 and SmolVLM: an image is cut into tiles, a SigLIP-type tower encodes each, pixel shuffle
 * joins neighbouring patches, one linear layer projects them.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2408.12637">Idefics3</a>, <a
 * href="https://arxiv.org/abs/2504.05299">SmolVLM</a>. Reference: modeling_idefics3.py,
 * modeling_smolvlm.py and their processors in transformers 4.57.
 */
package io.vlm4j.models.idefics3;
