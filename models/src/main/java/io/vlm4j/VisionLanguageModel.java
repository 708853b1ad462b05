package io.vlm4j;

import io.vlm4j.generate.ContinuationScore;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.generate.TokenListener;
import io.vlm4j.image.Image;
import io.vlm4j.models.Catalogue;
import io.vlm4j.models.DefaultModel;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.List;

/**
 * A vision-language model: images and text in, text out. Immutable and thread-safe after it is
 * loaded; {@link #close()} frees its native memory.
 *
 * <pre>{@code
 * try (VisionLanguageModel vlm = VisionLanguageModel.load(Path.of("llava-1.5-7b-hf"))) {
 *   String caption = vlm.caption(Image.read(photo));
 *   String answer = vlm.answer(Image.read(photo), "How many dogs are there?");
 * }
 * }</pre>
 */
public interface VisionLanguageModel extends AutoCloseable {
  /** New tokens of a caption or an answer unless the options say otherwise. */
  int DEFAULT_MAX_NEW_TOKENS = 64;

  /**
   * Opens a model folder in the hub's layout, or an assembled model.
   *
   * @throws io.vlm4j.error.InvalidModelException if it is missing, damaged or inconsistent
   * @throws io.vlm4j.error.UnsupportedModelException if it holds an architecture that is not known
   */
  static VisionLanguageModel load(Path folder) {
    return load(folder, LoadOptions.DEFAULT);
  }

  /** As {@link #load(Path)}, with options. */
  static VisionLanguageModel load(Path folder, LoadOptions options) {
    return Catalogue.load(ModelFolder.open(folder), options);
  }

  /**
   * Opens a folder, or a model of the hub that is already in the local hub cache.
   *
   * @param folderOrHubId for example {@code models/llava} or {@code llava-hf/llava-1.5-7b-hf}
   */
  static VisionLanguageModel load(String folderOrHubId, LoadOptions options) {
    return load(HubCache.resolve(folderOrHubId), options);
  }

  /** Opens the embedded default, which the artifact {@code vlm4j-default-weights} carries. */
  static VisionLanguageModel loadDefault() {
    return loadDefault(LoadOptions.DEFAULT);
  }

  /** As {@link #loadDefault()}, with options. */
  static VisionLanguageModel loadDefault(LoadOptions options) {
    return load(DefaultModel.folder(), options);
  }

  /** Assembles a model from an encoder, a connector and a language model of matching widths. */
  static ModelBuilder builder() {
    return new ModelBuilder();
  }

  /** Describes an image in a sentence. */
  default String caption(Image image) {
    return generate(Prompt.caption(image), briefly()).text().strip();
  }

  /** Answers a question about an image. */
  default String answer(Image image, String question) {
    return generate(Prompt.of(image, question), briefly()).text().strip();
  }

  /** Continues a prompt. */
  default Generation generate(Prompt prompt, GenerationOptions options) {
    return stream(prompt, options, token -> {});
  }

  /**
   * Continues several prompts at once: their images are encoded together, and decoder-only models
   * write all answers side by side, which reads the weights once for all of them. The answers are
   * those of the prompts one by one. Memory grows with their number.
   *
   * @return one generation for each prompt, in order
   */
  List<Generation> generate(List<Prompt> prompts, GenerationOptions options);

  /** Describes several images, a sentence each; see {@link #generate(List, GenerationOptions)}. */
  default List<String> captions(List<Image> images) {
    return generate(images.stream().map(Prompt::caption).toList(), briefly()).stream()
        .map(generation -> generation.text().strip())
        .toList();
  }

  /**
   * Continues a prompt and hands on each token as it comes; {@link
   * GenerationOptions#cancellation()} stops it.
   *
   * @param options what they leave open, the model's own generation config fills in
   * @throws io.vlm4j.error.InvalidPromptException if the prompt does not fit the model
   */
  Generation stream(Prompt prompt, GenerationOptions options, TokenListener listener);

  /**
   * Scores texts as continuations of a prompt: classification by likelihood, zero- or few-shot.
   * Each is appended to the prompt's text as it is, so a leading space is part of it.
   *
   * @return one score for each, in order
   * @throws io.vlm4j.error.InvalidPromptException if a continuation is empty, or the prompt does
   *     not fit the model
   */
  List<ContinuationScore> score(Prompt prompt, List<String> continuations);

  /**
   * Opens a session, which remembers the images and the beginning of its last prompt: prompts that
   * begin alike pay for the common part once.
   */
  Session session();

  @Override
  void close();

  private static GenerationOptions briefly() {
    return GenerationOptions.builder().maxNewTokens(DEFAULT_MAX_NEW_TOKENS).sampling(false).build();
  }
}
