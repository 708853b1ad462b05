/**
 * Learning from examples in the prompt: which examples to show, and answers chosen from a list.
 *
 * <p>Papers: <a href="https://arxiv.org/abs/2106.13884">Frozen</a>, <a
 * href="https://arxiv.org/abs/2204.14198">Flamingo</a>.
 */
package io.vlm4j.fewshot;
