package io.vlm4j.models.fusion;

import io.vlm4j.generate.BatchGenerator;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.prompt.Media;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/** Several prompts: their images are encoded together, and their answers written side by side. */
final class PromptBatch {
  private final FusionModel model;
  private final GenerationOptions options;

  PromptBatch(FusionModel model, GenerationOptions options) {
    this.model = model;
    this.options = options;
  }

  List<Generation> generate(List<Prompt> prompts) {
    try (TensorScope scope = TensorScope.open()) {
      List<String> texts = prompts.stream().map(model.format()::text).toList();
      long start = System.nanoTime();
      List<List<ImageEmbeddings>> images = embed(prompts, texts);
      double encodeMillis = (System.nanoTime() - start) / 1e6;
      return generate(texts, images).stream()
          .map(generation -> generation.withEncodeMillis(encodeMillis))
          .toList();
    }
  }

  private List<Generation> generate(List<String> texts, List<List<ImageEmbeddings>> images) {
    LanguageModel language = model.language().model();
    boolean alone = options.beams() > 1 || language instanceof EncoderDecoder;
    List<Generation> generations = new ArrayList<>();
    List<BatchGenerator.Input> inputs = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      List<ImageEmbeddings> own = images.get(i);
      InputSequence input =
          InputSequence.of(model.format().segments(texts.get(i), own), model.format());
      if (alone) {
        generations.add(model.generate(texts.get(i), input, own, options, token -> {}));
      } else {
        LanguageModel reader = model.language().attendingTo(own, input.visible()).model();
        inputs.add(new BatchGenerator.Input(reader, input.embed(language, own), input.ids()));
      }
    }
    return alone ? generations : model.language().batchGenerator().generate(inputs, options);
  }

  /** The images of each prompt. */
  private List<List<ImageEmbeddings>> embed(List<Prompt> prompts, List<String> texts) {
    VisualPath path = model.images();
    List<List<ImageEmbeddings>> images = new ArrayList<>();
    if (path.readsText() || path.orderMatters()) {
      for (int i = 0; i < prompts.size(); i++) {
        images.add(path.embed(prompts.get(i).media(), texts.get(i)));
      }
      return images;
    }
    List<Media> all = prompts.stream().flatMap(prompt -> prompt.media().stream()).toList();
    List<ImageEmbeddings> embedded = path.embed(all, "");
    int from = 0;
    for (Prompt prompt : prompts) {
      int to = from + prompt.media().size();
      images.add(embedded.subList(from, to));
      from = to;
    }
    return images;
  }
}
