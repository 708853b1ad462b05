package io.vlm4j.connectors;

import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorContract;

class AveragePoolingTest extends ConnectorContract {
  @Override
  protected Connector connector() {
    return new AveragePooling(2, RandomConnectors.mlp(6, 7, 5));
  }

  @Override
  protected int expectedTokens() {
    return SIDE * SIDE / 4;
  }
}
