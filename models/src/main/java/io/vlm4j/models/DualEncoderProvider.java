package io.vlm4j.models;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import java.util.Set;

/**
 * Opens one kind of model of images and texts in one space. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface DualEncoderProvider {
  /** The {@code model_type} values of the folders that this provider may open. */
  Set<String> modelTypes();

  /** True if a folder of such a type holds this kind; the type may be that of generators too. */
  boolean opens(ModelFolder folder);

  /**
   * Opens a folder.
   *
   * @param folder its {@link ModelFolder#weights()} have the adapter in them that was asked for
   * @param options without an adapter
   */
  DualEncoder load(ModelFolder folder, LoadOptions options);
}
