/**
 * Faster R-CNN and Mask R-CNN with feature pyramids, in torchvision's state dicts: a residual
 * network, a feature pyramid, a region proposal network, and heads that look at regions cut out of
 * the pyramid. Depths, widths and numbers of layers are read off the tensors.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/1506.01497">Faster R-CNN</a>, <a
 * href="https://arxiv.org/abs/1612.03144">Feature pyramid networks</a>, <a
 * href="https://arxiv.org/abs/1703.06870">Mask R-CNN</a>. Reference: {@code models/detection} of
 * torchvision 0.22.
 */
package io.vlm4j.models.rcnn;
