package io.vlm4j.models.masked;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.nn.perceiver.PerceiverConfig;
import io.vlm4j.nn.perceiver.PerceiverMaskedLm;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.SpecialTokens;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Reads a text with gaps and fills them: {@code deepmind/language-perceiver}, whose tokens are the
 * bytes of UTF-8, so that each {@code [MASK]} stands for one byte. Immutable and thread-safe.
 *
 * <pre>{@code
 * try (MaskedLanguageModel model = MaskedLanguageModel.load(folder, LoadOptions.DEFAULT)) {
 *   model.fill("The sky is [MASK][MASK][MASK][MASK].");
 * }
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/2107.14795">Perceiver IO</a>
 */
public final class MaskedLanguageModel implements AutoCloseable {
  private final PerceiverMaskedLm model;
  private final Tokenizer tokenizer;
  private final SpecialTokens.Token mask;
  private final Resources resources;

  private MaskedLanguageModel(ModelFolder folder, LoadOptions options, Resources resources) {
    this.resources = resources;
    this.tokenizer = resources.own(folder.tokenizer());
    this.mask =
        tokenizer
            .specialTokens()
            .role("mask_token")
            .orElseThrow(() -> new InvalidModelException(folder.path() + " has no mask_token"));
    Weights weights = Weights.of(folder.weights(), options.placement(), options.progress());
    PerceiverConfig config = PerceiverConfig.of(folder.config());
    this.model = resources.own(PerceiverMaskedLm.load(config, weights));
    weights.requireAllRead();
  }

  /** True if a configuration is that of a masked language model. */
  public static boolean reads(JsonNode config) {
    return config.getString("model_type", "").equals("perceiver")
        && config.getList("architectures").stream()
            .anyMatch(name -> name.asString().equals(PerceiverConfig.MASKED_LM));
  }

  /**
   * Opens a model folder in the hub's layout.
   *
   * @throws InvalidModelException if it is missing, damaged or inconsistent
   * @throws UnsupportedModelException if it holds another kind of model
   */
  public static MaskedLanguageModel load(Path folder, LoadOptions options) {
    return load(ModelFolder.open(folder), options);
  }

  /** As {@link #load(Path, LoadOptions)}, of a folder that is open. */
  public static MaskedLanguageModel load(ModelFolder folder, LoadOptions options) {
    if (!reads(folder.config())) {
      throw new UnsupportedModelException(
          "%s holds no masked language model: model_type '%s'; supported is %s of model_type perceiver"
              .formatted(folder.path(), folder.modelType(), PerceiverConfig.MASKED_LM));
    }
    return Resources.owning(
        resources -> new MaskedLanguageModel(folder.with(options), options, resources));
  }

  /** Text to ids and back; {@code mask_token} is among its special tokens. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The longest text in tokens, those at its ends included. */
  public int maxPositions() {
    return model.maxPositions();
  }

  /**
   * A text with its gaps filled, each with the token that is likeliest there. The gaps are filled
   * at once and know of one another only that they are gaps.
   *
   * @param text with one {@code [MASK]} for each byte that is missing
   * @return the text; bytes that are no UTF-8 together show as U+FFFD
   * @throws InvalidPromptException if there is no gap, or the text is too long
   */
  public String fill(String text) {
    int[] ids = tokenizer.encode(text, true);
    int[] places = maskedPlaces(ids);
    if (places.length == 0) {
      throw new InvalidPromptException("there is nothing to fill: the text has no " + mask.text());
    }
    int[] predicted = predict(ids);
    int[] filled = ids.clone();
    for (int i = 0; i < places.length; i++) {
      filled[places[i]] = predicted[i];
    }
    return tokenizer.decode(Arrays.copyOfRange(filled, 1, filled.length - 1), false);
  }

  /**
   * The likeliest token of each masked place.
   *
   * @param ids a text's tokens with those at its ends, not padded
   * @return one id for each mask among them, in their order
   * @throws InvalidPromptException if the text is empty or too long
   */
  public int[] predict(int... ids) {
    int[] places = maskedPlaces(ids);
    if (places.length == 0) {
      return places;
    }
    try (TensorScope scope = TensorScope.open()) {
      return KernelLibrary.shared().call("argmax", model.logitsAt(places, ids)).toInts();
    }
  }

  /**
   * How likely each token is in every place that the model knows.
   *
   * @param ids a text's tokens with those at its ends, not padded
   * @return float32 [{@link #maxPositions()}, vocabulary], before the softmax
   * @throws InvalidPromptException if the text is empty or too long
   */
  public Tensor logits(int... ids) {
    return model.logits(ids);
  }

  @Override
  public void close() {
    resources.close();
  }

  private int[] maskedPlaces(int... ids) {
    return IntStream.range(0, ids.length).filter(i -> ids[i] == mask.id()).toArray();
  }
}
