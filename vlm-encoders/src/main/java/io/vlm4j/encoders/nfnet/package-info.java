/**
 * Networks without norms: NF-ResNet (<a href="https://arxiv.org/abs/2101.08692">Characterizing
 * signal propagation to close the performance gap in unnormalized ResNets</a>) and NFNet (<a
 * href="https://arxiv.org/abs/2102.06171">High-performance large-scale image recognition without
 * normalization</a>). Reference: {@code models/nfnet.py} in timm 1.0.
 */
package io.vlm4j.encoders.nfnet;
