package io.vlm4j.models.matching;

import io.vlm4j.ImageTextMatcher;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import io.vlm4j.models.Resources;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Two towers, and a head that reads a text while it looks at an image. */
public final class MatchingModel extends TwoTowers implements ImageTextMatcher {
  /** Place of "they match" among the head's two logits. */
  private static final int MATCH = 1;

  private final Head head;

  /**
   * Joins the parts.
   *
   * @param resources closed with this model
   */
  public MatchingModel(ImageTower images, TextTower texts, Head head, Resources resources) {
    super(Optional.of(images), Optional.of(texts), resources);
    this.head = head;
  }

  @Override
  public double[] match(Image image, List<String> texts) {
    if (texts.isEmpty()) {
      throw new InvalidPromptException("there is no text to match with the image");
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor features = imageTower().features(List.of(image)).hiddenStates();
      return texts.stream()
          .mapToDouble(text -> logits(features, text).softmax().toFloats()[MATCH])
          .toArray();
    }
  }

  @Override
  void comparePairs(ImageFeatures features, List<String> words) {
    Tensor states = features.hiddenStates();
    Tensor[] logits =
        IntStream.range(0, words.size())
            .mapToObj(i -> logits(states.narrow(0, i, 1), words.get(i)))
            .toArray(Tensor[]::new);
    Trace.record("itm_logits", () -> Tensor.cat(0, logits));
  }

  private Tensor logits(Tensor features, String text) {
    return head.logits(features, textTower().tokenizer().encode(text));
  }

  /** Whether a text describes an image. */
  @FunctionalInterface
  public interface Head {
    /**
     * Reads a text while it looks at an image.
     *
     * @param features the encoder's last hidden state, float32 [1, S, D]
     * @param ids the text's tokens
     * @return float32 [1, 2]: they do not match, they match
     */
    Tensor logits(Tensor features, int... ids);
  }
}
