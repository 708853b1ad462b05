package io.vlm4j.models.prefix;

import io.vlm4j.config.JsonNode;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.generate.Generator;
import io.vlm4j.generate.TokenDecoder;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.text.IncrementalDecoder;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.Weights;

/**
 * A language model with what it needs to speak.
 *
 * @param model the model
 * @param tokenizer text to ids and back
 * @param generation the authors' defaults and the end tokens
 */
public record LanguagePart(LanguageModel model, Tokenizer tokenizer, GenerationConfig generation) {
  /** Reads all three from a folder. */
  public static LanguagePart load(
      ModelFolder folder, JsonNode config, Weights weights, Resources resources) {
    Tokenizer tokenizer = resources.own(folder.tokenizer());
    GenerationConfig generation = folder.generationConfig();
    LanguageModel model = resources.own(Families.languageModel(config, weights));
    return new LanguagePart(model, tokenizer, generation);
  }

  /** A generator of this model's text. */
  public Generator generator() {
    return new Generator(model, this::newDecoder);
  }

  /** A decoder for one sequence; special tokens are left out. */
  private TokenDecoder newDecoder() {
    IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
    return new TokenDecoder() {
      @Override
      public String push(int id) {
        return decoder.push(id);
      }

      @Override
      public String finish() {
        return decoder.finish();
      }
    };
  }
}
