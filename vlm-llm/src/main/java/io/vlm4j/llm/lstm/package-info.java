/**
 * Recurrent language models: word embeddings, layers of long short-term memory, an output layer.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/1411.4555">Show and Tell: a neural image caption
 * generator</a>, whose first input is the image. Layout of the weights: {@code torch.nn.LSTM}.
 */
package io.vlm4j.llm.lstm;
