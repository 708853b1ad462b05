package io.vlm4j.connectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorContract;
import org.junit.jupiter.api.Test;

class PooledProjectionTest extends ConnectorContract {
  private static final int TOKENS = 3;

  @Override
  protected Connector connector() {
    return RandomConnectors.pooled(6, TOKENS, 5);
  }

  @Override
  protected int expectedTokens() {
    return TOKENS;
  }

  @Test
  void theWidthIsThatOfOneToken() {
    try (Connector connector = connector()) {
      assertEquals(5, connector.outputSize());
    }
  }
}
