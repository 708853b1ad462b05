/**
 * Show and Tell: what a convolutional network makes of an image is the first input of an LSTM,
 * which then writes the caption word by word.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/1411.4555">Show and Tell: a neural image caption
 * generator</a>. There is no common layout of checkpoints; this one is that of a plain PyTorch
 * module: {@code cnn.*}, {@code img_embed.*}, {@code embed.*}, {@code lstm.*}, {@code out.*}, with
 * the words in {@code vocab.json}.
 */
package io.vlm4j.models.showandtell;
