package io.vlm4j.eval;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.data.Batches;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.prompt.Prompt;
import java.util.List;
import java.util.function.Function;

/**
 * A model that writes several texts side by side.
 *
 * @param model is another's to close
 * @param options how texts are generated
 * @param batch how many go through the model together, at least 1
 */
public record BatchedModel(VisionLanguageModel model, GenerationOptions options, int batch) {
  /**
   * Writes a text for each item. Prompts, with their images, are made batch by batch.
   *
   * @param progress runs after each item
   * @return texts in order, without space around them
   */
  public <T> List<String> write(List<T> items, Function<T, Prompt> prompt, Runnable progress) {
    return Batches.map(
        items,
        batch,
        part -> {
          List<Generation> generations =
              model.generate(part.stream().map(prompt).toList(), options);
          part.forEach(item -> progress.run());
          return generations.stream().map(generation -> generation.text().strip()).toList();
        });
  }
}
