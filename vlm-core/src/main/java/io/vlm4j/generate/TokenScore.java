package io.vlm4j.generate;

/**
 * What the model thought of one token at one step, before any logits processing.
 *
 * @param id the token's id
 * @param logit the model's logit
 * @param logProbability the logit's log-softmax, natural logarithm
 */
public record TokenScore(int id, float logit, float logProbability) {}
