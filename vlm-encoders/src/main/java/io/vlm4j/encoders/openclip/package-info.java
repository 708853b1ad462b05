/**
 * The vision towers of CLIP in the layout of OpenAI and open_clip: {@code open_clip_config.json}
 * and tensors below {@code visual.}. <a href="https://arxiv.org/abs/2103.00020">Learning
 * transferable visual models from natural language supervision</a>; reference: open_clip 3.
 */
package io.vlm4j.encoders.openclip;
