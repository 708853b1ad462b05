/**
 * Gated cross-attention: new layers between the blocks of a frozen language model, by which its
 * tokens look at images. They begin with closed gates, so that the model is at first what it was.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2204.14198">Flamingo</a>, section 3.1.2. References:
 * helpers.py and flamingo_lm.py of OpenFlamingo 2.0, modeling_idefics.py in transformers 4.57.
 */
package io.vlm4j.connectors.gated;
