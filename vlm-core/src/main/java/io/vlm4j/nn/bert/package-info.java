/**
 * The body of BERT with cross-attention to an image: shape, names and the encoder, which systems
 * use beside a language model.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/1810.04805">BERT</a>, <a
 * href="https://arxiv.org/abs/2201.12086">BLIP</a>. Reference: modeling_blip_text.py in
 * transformers 4.57.
 */
package io.vlm4j.nn.bert;
