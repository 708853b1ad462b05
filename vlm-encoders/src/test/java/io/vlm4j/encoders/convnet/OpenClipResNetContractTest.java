package io.vlm4j.encoders.convnet;

import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderContract;

class OpenClipResNetContractTest extends VisionEncoderContract {
  @Override
  protected VisionEncoder encoder() {
    return ConvNets.load("openclip/resnet");
  }
}
