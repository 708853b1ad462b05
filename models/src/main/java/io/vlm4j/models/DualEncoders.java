package io.vlm4j.models;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.error.UnsupportedModelException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The models of images and texts in one space that can be opened. */
public final class DualEncoders {
  private DualEncoders() {}

  /**
   * Opens a model folder.
   *
   * @throws UnsupportedModelException if it holds no such model
   */
  public static DualEncoder load(ModelFolder folder, LoadOptions options) {
    return find(folder)
        .orElseThrow(() -> unsupported(folder))
        .load(folder.with(options), options.withoutAdapter());
  }

  /** The provider for a folder. */
  public static Optional<DualEncoderProvider> find(ModelFolder folder) {
    String modelType = folder.modelType();
    return providers()
        .filter(p -> p.modelTypes().contains(modelType) && p.opens(folder))
        .findFirst();
  }

  private static UnsupportedModelException unsupported(ModelFolder folder) {
    return new UnsupportedModelException(
        folder.path()
            + " holds no embeddings that images share with texts: model_type '"
            + folder.modelType()
            + "'; supported are retrieval checkpoints of "
            + String.join(", ", modelTypes()));
  }

  /** The {@code model_type} values of folders that may be opened. */
  public static SortedSet<String> modelTypes() {
    TreeSet<String> types = new TreeSet<>();
    providers().forEach(provider -> types.addAll(provider.modelTypes()));
    return types;
  }

  private static Stream<DualEncoderProvider> providers() {
    return ServiceLoader.load(DualEncoderProvider.class).stream().map(ServiceLoader.Provider::get);
  }
}
