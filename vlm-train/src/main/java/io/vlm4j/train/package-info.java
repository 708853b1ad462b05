/**
 * Training of a connector between a frozen vision encoder and a frozen language model, on images
 * and captions (stage-1 alignment).
 *
 * <pre>
 * ImageSource, CaptionFile -> FeatureCache   each image encoded once
 *                          -> Schedule       which captions of which images in which step
 *                          -> CaptionBatch   one row an image: prompt, then its captions as branches
 * Trainee                  -> logits         connector and language model, as in inference
 * Parameters, AdamW        -> Checkpoint     all that a later run needs to go on exactly
 * </pre>
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2304.08485">LLaVA</a>, section 4.2, stage 1.
 */
package io.vlm4j.train;
