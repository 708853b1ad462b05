/**
 * Contrastive models of images and texts: CLIP and SigLIP in the hub's layout, CLIP in that of
 * OpenAI and open_clip. Their text transformer serves OWL-ViT too.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2103.00020">Learning transferable visual models from
 * natural language supervision</a>, <a href="https://arxiv.org/abs/2303.15343">Sigmoid loss for
 * language image pre-training</a>. Reference: modeling_clip.py and modeling_siglip.py of
 * transformers 4.57, model.py of open_clip 3.
 */
package io.vlm4j.models.clip;
