package io.vlm4j.encoders.perceiver;

import io.vlm4j.encoders.convnet.ConvNets;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderContract;

class PerceiverContractTest extends VisionEncoderContract {
  @Override
  protected VisionEncoder encoder() {
    return ConvNets.load("perceiver/learned");
  }
}
