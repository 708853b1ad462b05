/**
 * Models that read a text together with the regions of an image: in two streams that attend to each
 * other (ViLBERT, LXMERT), in one (VisualBERT), or before a decoder (VL-T5). They take the boxes
 * and vectors that a {@link io.vlm4j.detect.RegionEncoder} finds.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/1908.02265">ViLBERT</a>, <a
 * href="https://arxiv.org/abs/1908.07490">LXMERT</a>, <a
 * href="https://arxiv.org/abs/1908.03557">VisualBERT</a>, <a
 * href="https://arxiv.org/abs/2102.02779">VL-T5</a>. References: modeling_lxmert.py and
 * modeling_visual_bert.py in transformers 4.57; vilbert.py in jiasenlu/vilbert_beta and
 * facebookresearch/vilbert-multi-task; modeling_t5.py in j-min/VL-T5.
 */
package io.vlm4j.models.twostream;
