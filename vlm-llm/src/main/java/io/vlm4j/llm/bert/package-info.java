/**
 * BERT as BLIP has it: an encoder of questions that looks at the image, and a decoder that writes.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/1810.04805">BERT</a>, <a
 * href="https://arxiv.org/abs/2201.12086">BLIP</a>. Reference: modeling_blip_text.py in
 * transformers 4.57.
 */
package io.vlm4j.llm.bert;
