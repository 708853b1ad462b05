/**
 * The vision transformer and its variants.
 *
 * <ul>
 *   <li>ViT: <a href="https://arxiv.org/abs/2010.11929">An image is worth 16x16 words</a>
 *   <li>CLIP: <a href="https://arxiv.org/abs/2103.00020">Learning transferable visual models</a>
 *   <li>SigLIP: <a href="https://arxiv.org/abs/2303.15343">Sigmoid loss for language image
 *       pre-training</a>
 *   <li>DINOv2: <a href="https://arxiv.org/abs/2304.07193">Learning robust visual features</a>
 *   <li>BLIP: <a href="https://arxiv.org/abs/2201.12086">Bootstrapping language-image
 *       pre-training</a>
 *   <li>EVA's ViT-g: <a href="https://arxiv.org/abs/2211.07636">Exploring the limits of masked
 *       visual representation learning</a>, as <a
 *       href="https://arxiv.org/abs/2301.12597">BLIP-2</a> has it
 * </ul>
 *
 * Reference: the modeling files of vit, clip, siglip, dinov2, idefics3, blip and blip_2 in
 * transformers 4.57.
 *
 * <p>{@link io.vlm4j.encoders.vit.VitFamily} lists the variants; each is a {@link
 * io.vlm4j.encoders.vit.VitConfig}, a map of tensor names and a pooling head.
 */
package io.vlm4j.encoders.vit;
