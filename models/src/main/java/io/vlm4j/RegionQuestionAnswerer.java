package io.vlm4j;

import io.vlm4j.detect.RegionEncoder;
import io.vlm4j.detect.Regions;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswerers;
import java.nio.file.Path;
import java.util.List;

/**
 * Answers questions about an image by its regions: ViLBERT, LXMERT, VisualBERT, VL-T5. Immutable
 * and thread-safe after it is loaded; {@link #close()} frees its native memory.
 *
 * <pre>{@code
 * try (RegionQuestionAnswerer lxmert = RegionQuestionAnswerer.load(Path.of("lxmert-vqa-uncased"))) {
 *   lxmert.answers(regions, "What color is the car?").get(0);
 *   lxmert.withRegions(detector).answer(image, "What color is the car?");
 * }
 * }</pre>
 */
public interface RegionQuestionAnswerer extends AutoCloseable {
  /**
   * Opens a model folder in the hub's layout.
   *
   * @throws io.vlm4j.error.InvalidModelException if it is missing, damaged or inconsistent
   * @throws io.vlm4j.error.UnsupportedModelException if it holds no model of this kind
   */
  static RegionQuestionAnswerer load(Path folder) {
    return load(folder, LoadOptions.DEFAULT);
  }

  /** As {@link #load(Path)}, with options. */
  static RegionQuestionAnswerer load(Path folder, LoadOptions options) {
    return RegionQuestionAnswerers.load(ModelFolder.open(folder), options);
  }

  /**
   * Opens a folder, or a model of the hub that is already in the local hub cache.
   *
   * @param folderOrHubId for example {@code unc-nlp/lxmert-vqa-uncased}
   */
  static RegionQuestionAnswerer load(String folderOrHubId, LoadOptions options) {
    return load(HubCache.resolve(folderOrHubId), options);
  }

  /**
   * Answers a question.
   *
   * @param regions of the image
   * @return the likeliest first: all that the model chooses from, or the one that it wrote
   * @throws io.vlm4j.error.InvalidPromptException if there is no region, the features are not
   *     {@link #featureSize()} wide, or the question is too long
   * @throws io.vlm4j.error.InvalidModelException if the probabilities are not numbers
   * @throws io.vlm4j.error.UnsupportedModelException if the checkpoint has no head for answers
   */
  List<Answer> answers(Regions regions, String question);

  /** The likeliest answer. */
  default String answer(Regions regions, String question) {
    return answers(regions, question).get(0).text();
  }

  /** The width of the regions' features that the model was trained with. */
  int featureSize();

  /**
   * The same for images, whose regions an encoder finds. Both stay the caller's to close.
   *
   * @throws io.vlm4j.error.InvalidModelException if the widths of the features differ
   */
  default ImageQuestionAnswerer withRegions(RegionEncoder encoder) {
    return withRegions(encoder, ImageQuestionAnswerer.DEFAULT_REGIONS);
  }

  /**
   * As {@link #withRegions(RegionEncoder)}.
   *
   * @param atMost how many regions of an image the model sees
   */
  default ImageQuestionAnswerer withRegions(RegionEncoder encoder, int atMost) {
    return new ImageQuestionAnswerer(encoder, this, atMost);
  }

  @Override
  void close();
}
