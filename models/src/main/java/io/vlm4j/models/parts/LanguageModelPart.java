package io.vlm4j.models.parts;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.weights.GgufConfig;
import io.vlm4j.weights.GgufFile;
import io.vlm4j.weights.GgufNames;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;

/** Language models in folders of their own, or in GGUF files. */
public final class LanguageModelPart {
  private LanguageModelPart() {}

  /** Reads a folder in the hub's layout, or a {@code .gguf} file. */
  public static LanguagePart load(Path path, LoadOptions options) {
    return path.toString().endsWith(".gguf")
        ? loadGguf(path, options)
        : loadFolder(ModelFolder.open(path), options);
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

  private static LanguagePart loadGguf(Path file, LoadOptions options) {
    return Resources.owning(
        resources -> {
          GgufFile gguf = GgufFile.open(file);
          JsonNode config = GgufConfig.toHubConfig(gguf);
          Tokenizer tokenizer = resources.own(Tokenizers.fromGguf(gguf.metadata().values()));
          Weights weights =
              Weights.of(gguf, options.placement(), options.progress()).mapped(GgufNames.LLAMA);
          LanguageModel model = resources.own(Families.languageModel(config, weights));
          weights.requireAllRead();
          return new LanguagePart(model, tokenizer, GenerationConfig.of(config, config));
        });
  }
}
