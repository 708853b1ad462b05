package io.vlm4j.models.parts;

import io.vlm4j.LoadOptions;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.spi.Connector;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;

/** Connectors in folders of their own. */
public final class ConnectorPart {
  private ConnectorPart() {}

  /** Reads a folder: {@code config.json} with the connector's {@code model_type}, and weights. */
  public static Connector load(Path path, LoadOptions options) {
    ModelFolder folder = ModelFolder.open(path, options);
    Weights weights = Weights.of(folder.weights(), options.placement(), options.progress());
    return Loading.checked(
        Families.connector(folder.config(), weights), weights, connector -> connector);
  }
}
