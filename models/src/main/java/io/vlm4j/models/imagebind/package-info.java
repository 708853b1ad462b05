/**
 * ImageBind: images, texts and sounds in one space. Each kind has a transformer of its own; what
 * was trained against images alone lies near all that images lie near.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2305.05665">ImageBind: one embedding space to bind them
 * all</a>. Reference: <a
 * href="https://github.com/facebookresearch/ImageBind/tree/main/imagebind">imagebind_model.py,
 * multimodal_preprocessors.py, transformer.py and data.py of facebookresearch/ImageBind</a>.
 * Checkpoints may hold depth, thermal images and motion besides; these are not read.
 */
package io.vlm4j.models.imagebind;
