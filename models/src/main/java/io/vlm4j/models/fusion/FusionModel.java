package io.vlm4j.models.fusion;

import io.vlm4j.LoadOptions;
import io.vlm4j.Session;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.ContinuationScore;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.generate.Generator;
import io.vlm4j.generate.TokenListener;
import io.vlm4j.models.ImageCaching;
import io.vlm4j.models.Resources;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.Arrays;
import java.util.List;

/** An encoder, a connector and a language model: the path from a prompt to its answer. */
public final class FusionModel implements ImageCaching {
  private final VisualPath visualPath;
  private CachedVisualPath images;
  private final PromptFormat format;
  private final LanguagePart language;
  private final Generator generator;
  private final Resources resources;

  /**
   * Joins the parts.
   *
   * @param resources closed with this model
   * @throws InvalidModelException if the embeddings of images and words differ in width
   */
  public FusionModel(
      VisualPath visualPath, PromptFormat format, LanguagePart language, Resources resources) {
    if (visualPath.outputSize() != language.imageSize()) {
      throw new InvalidModelException(
          "the connector gives embeddings of width "
              + visualPath.outputSize()
              + " but the language model takes "
              + language.imageSize()
              + "; choose parts whose widths match");
    }
    this.visualPath = visualPath;
    this.images = new CachedVisualPath(visualPath, LoadOptions.DEFAULT.imageCacheBytes());
    this.format = format;
    this.language = language;
    this.generator = language.generator();
    this.resources = resources;
  }

  @Override
  public Generation stream(Prompt prompt, GenerationOptions options, TokenListener listener) {
    try (TensorScope scope = TensorScope.open()) {
      String text = format.text(prompt);
      long start = System.nanoTime();
      List<ImageEmbeddings> images = images().embed(prompt.media(), text);
      double encodeMillis = (System.nanoTime() - start) / 1e6;
      InputSequence input = InputSequence.of(format.segments(text, images), format);
      return generate(text, input, images, options, listener).withEncodeMillis(encodeMillis);
    }
  }

  /** Continues a prompt as a whole. */
  Generation generate(
      String text,
      InputSequence input,
      List<ImageEmbeddings> images,
      GenerationOptions options,
      TokenListener listener) {
    try (TensorScope scope = TensorScope.open()) {
      int[] prefix = format.answerPrefix(text);
      LanguagePart own = language.beginning(prefix).attendingTo(images, input.visible());
      Tensor embeddings = input.embed(language.model(), images);
      return own.generator().generate(embeddings, input.ids(), withDefaults(options), listener);
    }
  }

  /**
   * One pass over a prompt, for comparison with a reference.
   *
   * @param answer tokens after the prompt; only an encoder-decoder looks at them
   * @return its logits belong to the caller's scope
   */
  public PromptPass promptLogits(Prompt prompt, int... answer) {
    try (TensorScope scope = TensorScope.open()) {
      String text = format.text(prompt);
      List<ImageEmbeddings> images = visualPath.embed(prompt.media(), text);
      InputSequence input = InputSequence.of(format.segments(text, images), format);
      input.record(language.model());
      Tensor embeddings = input.embed(language.model(), images);
      Trace.record("inputs_embeds", () -> embeddings);
      int[] prefix = format.answerPrefix(text);
      LanguagePart beginning = language.beginning(prefix).attendingTo(images, input.visible());
      int[] sequence = beginning.model().sequenceAfter(input.ids());
      if (prefix.length == 0) {
        return new PromptPass(sequence, scope.keep(beginning.logits(embeddings, answer)));
      }
      // The text is the answer's beginning: one pass over it, without what was generated.
      Trace.record(
          "decoder_prompt_ids", Arrays.stream(prefix).asLongStream().toArray(), 1, prefix.length);
      return new PromptPass(sequence, scope.keep(beginning.logits(embeddings)));
    }
  }

  /**
   * What a pass over a prompt gives.
   *
   * @param sequence the tokens before the first new one, as generation counts them
   * @param logits those of {@link LanguagePart#logits}
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  public record PromptPass(int[] sequence, Tensor logits) {}

  @Override
  public List<Generation> generate(List<Prompt> prompts, GenerationOptions options) {
    return new PromptBatch(this, withDefaults(options)).generate(prompts);
  }

  @Override
  public List<ContinuationScore> score(Prompt prompt, List<String> continuations) {
    return ContinuationScorer.score(this, prompt, continuations);
  }

  @Override
  public Session session() {
    return new FusionSession(this);
  }

  @Override
  public FusionModel keepingImages(long bytes) {
    images.close();
    images = new CachedVisualPath(visualPath, bytes);
    return this;
  }

  @Override
  public void close() {
    images.close();
    resources.close();
  }

  /** From images to embeddings; those that were seen lately are not encoded again. */
  VisualPath images() {
    return images;
  }

  /** From images to embeddings, computed each time. */
  public VisualPath visualPath() {
    return visualPath;
  }

  PromptFormat format() {
    return format;
  }

  /** A prompt in the model's own words, with its placeholders for the images. */
  public String promptText(Prompt prompt) {
    return format.text(prompt);
  }

  /** The language model and its tokenizer. */
  public LanguagePart language() {
    return language;
  }

  Generator generator() {
    return generator;
  }

  GenerationOptions withDefaults(GenerationOptions options) {
    return options.withDefaults(language.generation().defaults());
  }
}
