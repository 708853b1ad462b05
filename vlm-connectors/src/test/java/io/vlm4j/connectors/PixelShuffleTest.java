package io.vlm4j.connectors;

import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorContract;

class PixelShuffleTest extends ConnectorContract {
  @Override
  protected Connector connector() {
    return new PixelShuffle(2, RandomConnectors.linear(24, 5));
  }

  @Override
  protected int expectedTokens() {
    return SIDE * SIDE / 4;
  }
}
