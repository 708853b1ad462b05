package io.vlm4j;

import io.vlm4j.detect.RegionEncoder;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.tensor.TensorScope;
import java.util.List;

/**
 * Answers questions about images: an encoder finds the regions, a model answers by them.
 *
 * @param encoder finds the regions
 * @param answerer answers
 * @param atMost regions of an image that the model sees
 */
public record ImageQuestionAnswerer(
    RegionEncoder encoder, RegionQuestionAnswerer answerer, int atMost) {
  /** As many as LXMERT and VL-T5 were trained with. */
  public static final int DEFAULT_REGIONS = 36;

  /**
   * Checks that the two go together.
   *
   * @throws InvalidModelException if the widths of the features differ
   */
  public ImageQuestionAnswerer {
    if (encoder.featureSize() != answerer.featureSize()) {
      throw new InvalidModelException(
          "the region encoder gives %d features a region, but the question answerer takes %d"
              .formatted(encoder.featureSize(), answerer.featureSize()));
    }
    if (atMost < 1) {
      throw new InvalidOptionException("atMost is " + atMost + " regions; expected at least 1");
    }
  }

  /**
   * Answers a question; see {@link RegionQuestionAnswerer#answers}.
   *
   * @throws io.vlm4j.error.InvalidPromptException if the encoder finds nothing in the image, or the
   *     question is too long
   */
  public List<Answer> answers(Image image, String question) {
    try (TensorScope scope = TensorScope.open()) {
      return answerer.answers(encoder.regions(image, atMost), question);
    }
  }

  /** The likeliest answer. */
  public String answer(Image image, String question) {
    return answers(image, question).get(0).text();
  }
}
