/**
 * DETR: a convolutional network, a transformer that reads its places, and queries each of which
 * becomes one thing or nothing. Table Transformer is the same with norms before the sublayers.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2005.12872">End-to-end object detection with
 * transformers</a>. Reference: modeling_detr.py, modeling_table_transformer.py and
 * image_processing_detr.py in transformers 4.57.
 */
package io.vlm4j.models.detr;
