package io.vlm4j.models;

import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;

/**
 * Opens one kind of model that answers questions by an image's regions. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface RegionQuestionAnswererProvider {
  /** What errors call the kind: its {@code model_type}. */
  String system();

  /** True if a folder holds this kind. */
  boolean opens(ModelFolder folder);

  /**
   * Opens a folder.
   *
   * @param folder its {@link ModelFolder#weights()} have the adapter in them that was asked for
   * @param options without an adapter
   */
  RegionQuestionAnswerer load(ModelFolder folder, LoadOptions options);
}
