/**
 * The Perceiver Resampler: learned latents that read any number of images' features, of Flamingo,
 * OpenFlamingo and IDEFICS.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2204.14198">Flamingo</a>, section 3.1.1 and appendix A.
 * References: helpers.py of OpenFlamingo 2.0 and perceiver.py of IDEFICS in transformers 4.57.
 */
package io.vlm4j.connectors.resampler;
