/**
 * OWL-ViT and OWLv2: CLIP whose every patch is a candidate, with a box and an embedding that is
 * compared with those of the queries.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2205.06230">Simple open-vocabulary object detection
 * with vision transformers</a>, <a href="https://arxiv.org/abs/2306.09683">Scaling open-vocabulary
 * object detection</a>. Reference: modeling_owlvit.py, modeling_owlv2.py and their image processors
 * in transformers 4.57.
 */
package io.vlm4j.models.owl;
