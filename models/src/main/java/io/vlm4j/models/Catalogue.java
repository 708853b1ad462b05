package io.vlm4j.models;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.error.UnsupportedModelException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** The vision-language models that can be opened. */
public final class Catalogue {
  private Catalogue() {}

  /**
   * Opens a model folder.
   *
   * @throws UnsupportedModelException if its {@code model_type} is not known, or it writes no text
   */
  public static VisionLanguageModel load(ModelFolder folder, LoadOptions options) {
    if (DualEncoders.find(folder).isPresent()) {
      throw new UnsupportedModelException(
          folder.path()
              + " compares images with texts and does not write any; DualEncoder.load and"
              + " ImageTextMatcher.load open it");
    }
    VisionLanguageModel model =
        find(folder.modelType())
            .orElseThrow(() -> unsupported(folder))
            .load(folder.with(options), options.withoutAdapter());
    return model instanceof ImageCaching caching
        ? caching.keepingImages(options.imageCacheBytes())
        : model;
  }

  /** The provider for a {@code model_type}. */
  public static Optional<SystemProvider> find(String modelType) {
    return providers().filter(p -> p.modelTypes().contains(modelType)).findFirst();
  }

  private static UnsupportedModelException unsupported(ModelFolder folder) {
    TreeSet<String> supported = new TreeSet<>();
    providers().forEach(provider -> supported.addAll(provider.modelTypes()));
    String modelType = folder.modelType();
    boolean part = Families.isVisionEncoder(modelType) || Families.isLanguageModel(modelType);
    return new UnsupportedModelException(
        folder.path()
            + (part ? " holds only a part of a vision-language model" : " is not supported")
            + ": model_type '"
            + modelType
            + "'; supported are "
            + String.join(", ", supported));
  }

  private static java.util.stream.Stream<SystemProvider> providers() {
    return ServiceLoader.load(SystemProvider.class).stream().map(ServiceLoader.Provider::get);
  }
}
