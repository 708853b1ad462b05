/**
 * What convolutional encoders have in common: a stem, stages of blocks, an end; and the
 * configurations of the Python library timm, which most of them come from.
 */
package io.vlm4j.encoders.convnet;
