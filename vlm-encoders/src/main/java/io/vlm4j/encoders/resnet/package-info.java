/**
 * Residual networks: <a href="https://arxiv.org/abs/1512.03385">Deep residual learning for image
 * recognition</a>, with the changes of <a href="https://arxiv.org/abs/1812.01187">Bag of tricks</a>
 * that timm calls {@code d}, and of CLIP (<a href="https://arxiv.org/abs/2103.00020">Learning
 * transferable visual models</a>).
 *
 * <p>References: {@code models/resnet} in transformers 4.57, {@code models/resnet.py} in timm 1.0,
 * {@code clip/model.py} of OpenAI. All are one {@link io.vlm4j.encoders.resnet.ResNetConfig} and a
 * map of tensor names.
 */
package io.vlm4j.encoders.resnet;
