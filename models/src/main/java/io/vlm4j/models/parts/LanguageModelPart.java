package io.vlm4j.models.parts;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.models.AdaptedPath;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.weights.AdaptedSource;
import io.vlm4j.weights.GgufConfig;
import io.vlm4j.weights.GgufFile;
import io.vlm4j.weights.GgufNames;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.List;

/** Language models in folders of their own, or in GGUF files. */
public final class LanguageModelPart {
  private LanguageModelPart() {}

  /**
   * Reads a folder in the hub's layout, a {@code .gguf} file, or a PEFT folder that names one of
   * these as its base.
   */
  public static LanguagePart load(Path path, LoadOptions options) {
    AdaptedPath adapted = AdaptedPath.of(path).with(options);
    return adapted.isGguf()
        ? loadGguf(adapted, options)
        : loadFolder(ModelFolder.open(path, options), options);
  }

  /** The tensors of an adapter that do not fit a folder or file; none if it is for it. */
  public static List<String> misfits(Path path, Path adapter) {
    AdaptedPath adapted = AdaptedPath.of(path);
    return adapted.isGguf()
        ? AdaptedSource.misfits(GgufFile.open(adapted.base()), GgufNames.LLAMA::nameOf, adapter)
        : ModelFolder.open(path).misfits(adapter);
  }

  private static LanguagePart loadFolder(ModelFolder folder, LoadOptions options) {
    return Resources.owning(
        resources -> {
          Weights weights = Weights.of(folder.weights(), options.placement(), options.progress());
          LanguagePart part = LanguagePart.load(folder, folder.config(), weights, resources);
          weights.requireAllRead();
          return part;
        });
  }

  /** The file gives queries and keys in the hub's order of rows, which adapters are trained in. */
  private static LanguagePart loadGguf(AdaptedPath path, LoadOptions options) {
    return Resources.owning(
        resources -> {
          GgufFile gguf = GgufFile.open(path.base());
          WeightSource adapted =
              path.adapter()
                  .<WeightSource>map(a -> AdaptedSource.of(gguf, GgufNames.LLAMA::nameOf, a))
                  .orElse(gguf);
          JsonNode config = GgufConfig.toHubConfig(gguf);
          Tokenizer tokenizer = resources.own(Tokenizers.fromGguf(gguf.metadata().values()));
          Weights weights =
              Weights.of(adapted, options.placement(), options.progress()).mapped(GgufNames.LLAMA);
          LanguageModel model = resources.own(Families.languageModel(config, weights));
          weights.requireAllRead();
          return new LanguagePart(model, tokenizer, GenerationConfig.of(config, config));
        });
  }
}
