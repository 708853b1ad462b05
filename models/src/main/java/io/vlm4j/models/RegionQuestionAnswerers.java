package io.vlm4j.models;

import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.error.UnsupportedModelException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The models that answer questions by an image's regions. */
public final class RegionQuestionAnswerers {
  private RegionQuestionAnswerers() {}

  /**
   * Opens a model folder.
   *
   * @throws UnsupportedModelException if it holds no such model
   */
  public static RegionQuestionAnswerer load(ModelFolder folder, LoadOptions options) {
    return find(folder)
        .orElseThrow(() -> unsupported(folder))
        .load(folder.with(options), options.withoutAdapter());
  }

  /** The provider for a folder. */
  public static Optional<RegionQuestionAnswererProvider> find(ModelFolder folder) {
    return providers().filter(provider -> provider.opens(folder)).findFirst();
  }

  private static UnsupportedModelException unsupported(ModelFolder folder) {
    return new UnsupportedModelException(
        "%s holds no model that answers by an image's regions: model_type '%s'; supported are %s"
            .formatted(
                folder.path(),
                folder.modelType(),
                providers()
                    .map(RegionQuestionAnswererProvider::system)
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }

  private static Stream<RegionQuestionAnswererProvider> providers() {
    return ServiceLoader.load(RegionQuestionAnswererProvider.class).stream()
        .map(ServiceLoader.Provider::get);
  }
}
