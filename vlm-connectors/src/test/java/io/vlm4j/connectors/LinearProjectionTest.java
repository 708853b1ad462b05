package io.vlm4j.connectors;

import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorContract;

class LinearProjectionTest extends ConnectorContract {
  @Override
  protected Connector connector() {
    return RandomConnectors.linear(6, 5);
  }

  @Override
  protected int expectedTokens() {
    return SIDE * SIDE;
  }
}
