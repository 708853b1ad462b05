package io.vlm4j.encoders.vit;

import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderContract;

class BlipContractTest extends VisionEncoderContract {
  @Override
  protected VisionEncoder encoder() {
    return VisionTransformerTest.load("blip/caption");
  }
}
