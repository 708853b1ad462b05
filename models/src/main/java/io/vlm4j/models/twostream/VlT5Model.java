package io.vlm4j.models.twostream;

import io.vlm4j.Answer;
import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.Regions;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.spi.PlacingEncoderDecoder;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;

/**
 * VL-T5: a T5 whose encoder reads a text and then the regions of an image, and whose decoder writes
 * what the text's beginning asks for ({@code vqa:}, {@code caption:} and so on).
 */
public final class VlT5Model implements RegionQuestionAnswerer {
  /** With which questions began in training. */
  public static final String QUESTION_PREFIX = "vqa: ";

  private static final int MAX_NEW_TOKENS = 20;

  private static final NameMap NAMES =
      NameMap.parse(
          """
          module.*                                                     -> *
          model.*                                                      -> *
          encoder.visual_embedding.feat_embedding.0.*                  -> regions.features.*
          encoder.visual_embedding.feat_embedding.1.*                  -> regions.features_norm.*
          encoder.visual_embedding.absolute_vis_pos_embedding.0.*      -> regions.boxes.*
          encoder.visual_embedding.absolute_vis_pos_embedding.1.*      -> regions.boxes_norm.*
          encoder.visual_embedding.img_order_embedding.*               -> regions.image_order.*
          encoder.visual_embedding.layer_norm.*                        -> regions.norm.*
          encoder.visual_embedding.obj_order_embedding.weight          -> ignore
          *                                                            -> language_model.*
          """);

  private final VlT5Config config;
  private final LanguagePart language;
  private final PlacingEncoderDecoder t5;
  private final RegionEmbedding embedding;
  private final Resources resources;

  private VlT5Model(ModelFolder folder, LoadOptions options, Resources resources) {
    JsonNode json = folder.config();
    Weights weights =
        Weights.of(folder.weights(), options.placement(), options.progress()).mapped(NAMES);
    this.resources = resources;
    this.config = VlT5Config.of(json);
    this.language = LanguagePart.load(folder, json, weights.at("language_model"), resources);
    if (!(language.model() instanceof PlacingEncoderDecoder placing)) {
      throw new UnsupportedModelException(
          folder.path() + ": the T5 cannot read positions without a place, as VL-T5 needs it");
    }
    this.t5 = placing;
    TensorScope parameters = resources.own(TensorScope.open());
    try {
      this.embedding = new RegionEmbedding(config, t5, weights.at("regions"));
    } finally {
      parameters.seal();
    }
    weights.requireAllRead();
  }

  static VlT5Model load(ModelFolder folder, LoadOptions options) {
    return Resources.owning(resources -> new VlT5Model(folder, options, resources));
  }

  /** Text to ids and back. */
  public Tokenizer tokenizer() {
    return language.tokenizer();
  }

  /** The tokens with which every answer begins. */
  public int[] startTokens() {
    return t5.startTokens();
  }

  @Override
  public int featureSize() {
    return config.featureSize();
  }

  @Override
  public List<Answer> answers(Regions regions, String question) {
    GenerationOptions options =
        GenerationOptions.builder().maxNewTokens(MAX_NEW_TOKENS).sampling(false).build();
    try (TensorScope scope = TensorScope.open()) {
      Prompt prompt =
          prompt(TextTokens.of(tokenizer(), QUESTION_PREFIX + question), prepare(regions));
      Generation generation = prompt.generate(options);
      return List.of(new Answer(generation.text().strip(), prompt.probability(generation)));
    }
  }

  /**
   * Writes what a text asks for.
   *
   * @param text with the prefix of a task, for example {@code caption:}
   * @param options what they leave open, the model's own generation config fills in
   * @throws InvalidPromptException as {@link #answers}
   */
  public Generation generate(Regions regions, String text, GenerationOptions options) {
    try (TensorScope scope = TensorScope.open()) {
      return prompt(TextTokens.of(tokenizer(), text), prepare(regions)).generate(options);
    }
  }

  /**
   * As above, for comparison with a reference: what passes between the layers is in the trace, of
   * one pass over the prompt and the answer.
   */
  public Generation run(TextTokens text, RegionInputs regions, GenerationOptions options) {
    try (TensorScope scope = TensorScope.open()) {
      text.record();
      regions.record("visual_feats", "visual_pos");
      Prompt prompt = prompt(text, regions);
      Generation generation = Trace.paused(() -> prompt.generate(options));
      prompt.logits(generation);
      return generation;
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  private static RegionInputs prepare(Regions regions) {
    RegionInputs.requireSome(regions.count());
    return RegionInputs.of(
        regions.features().view(1, regions.count(), -1),
        Optional.of(RegionInputs.relativeBoxes(regions)),
        0);
  }

  /** The words have a place in the sequence, the regions after them have none. */
  private Prompt prompt(TextTokens text, RegionInputs regions) {
    RegionInputs.requireFeatureSize(regions, featureSize());
    if (text.present() < text.length() || regions.present() < regions.count()) {
      throw new InvalidPromptException("VL-T5 reads one text and one image, without padding");
    }
    Tensor words = t5.embed(text.ids()).view(1, text.length(), t5.hiddenSize());
    LanguagePart placing =
        new LanguagePart(
            t5.placingFirst(text.length()), language.tokenizer(), language.generation());
    return new Prompt(text, Tensor.cat(1, words, embedding.forward(regions)), placing);
  }

  /**
   * What the encoder reads.
   *
   * @param embeddings float32 [1, T + N, D]
   * @param reader the language model for a text of this length
   */
  private record Prompt(TextTokens text, Tensor embeddings, LanguagePart reader) {
    Generation generate(GenerationOptions options) {
      GenerationOptions complete = options.withDefaults(reader.generation().defaults());
      return reader.generator().generate(embeddings, text.ids(), complete);
    }

    Tensor logits(Generation generation) {
      return reader.logits(embeddings, generation.tokenIds());
    }

    /** Of the whole answer, its end included. */
    double probability(Generation generation) {
      int[] ids = generation.tokenIds();
      if (ids.length == 0) {
        return 1;
      }
      try (TensorScope scope = TensorScope.open()) {
        Tensor logits = logits(generation);
        double sum = 0;
        for (float share :
            KernelLibrary.shared()
                .call("log_probabilities_of", logits, Tensor.ofIds(ids))
                .toFloats()) {
          sum += share;
        }
        return Math.exp(sum);
      }
    }
  }
}
