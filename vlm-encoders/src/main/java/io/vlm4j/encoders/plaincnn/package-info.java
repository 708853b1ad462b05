/**
 * Plain convolutional networks: convolution, batch norm and ReLU, one after the other, as
 * captioners of the time of Show and Tell look at small pictures. Layout: {@code
 * torch.nn.Sequential}.
 */
package io.vlm4j.encoders.plaincnn;
