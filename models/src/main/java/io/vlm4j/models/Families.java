package io.vlm4j.models;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorProvider;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.weights.Weights;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.Function;

/** The parts that can be opened: those of this library and of any other on the class path. */
public final class Families {
  private Families() {}

  /** Opens an encoder by its {@code model_type}. */
  public static VisionEncoder visionEncoder(JsonNode config, Weights weights) {
    return find("vision encoder", encoders(), VisionEncoderProvider::modelTypes, config)
        .load(config, weights);
  }

  /** Opens a language model by its {@code model_type}. */
  public static LanguageModel languageModel(JsonNode config, Weights weights) {
    return find("language model", languageModels(), LanguageModelProvider::modelTypes, config)
        .load(config, weights);
  }

  /** Opens a connector by its {@code model_type}. */
  public static Connector connector(JsonNode config, Weights weights) {
    return find("connector", load(ConnectorProvider.class), ConnectorProvider::modelTypes, config)
        .load(config, weights);
  }

  /** True if some provider opens encoders of that type. */
  public static boolean isVisionEncoder(String modelType) {
    return encoders().stream().anyMatch(p -> p.modelTypes().contains(modelType));
  }

  /** True if some provider opens language models of that type. */
  public static boolean isLanguageModel(String modelType) {
    return languageModels().stream().anyMatch(p -> p.modelTypes().contains(modelType));
  }

  private static List<VisionEncoderProvider> encoders() {
    return load(VisionEncoderProvider.class);
  }

  private static List<LanguageModelProvider> languageModels() {
    return load(LanguageModelProvider.class);
  }

  private static <P> P find(
      String kind,
      List<P> providers,
      Function<P, ? extends Collection<String>> types,
      JsonNode json) {
    String modelType = json.getString("model_type");
    TreeSet<String> supported = new TreeSet<>();
    for (P provider : providers) {
      Collection<String> own = types.apply(provider);
      if (own.contains(modelType)) {
        return provider;
      }
      supported.addAll(own);
    }
    throw new UnsupportedModelException(
        json.origin()
            + ": "
            + kind
            + " of model_type '"
            + modelType
            + "' is not supported; supported are "
            + String.join(", ", supported));
  }

  private static <P> List<P> load(Class<P> type) {
    return ServiceLoader.load(type).stream().map(ServiceLoader.Provider::get).toList();
  }
}
