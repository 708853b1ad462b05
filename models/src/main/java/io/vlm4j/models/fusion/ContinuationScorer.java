package io.vlm4j.models.fusion;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.generate.ContinuationScore;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Scores continuations of one prompt; what they have in common is computed once. */
final class ContinuationScorer {
  private static final int[] FIRST_ROW = {0};

  private final FusionModel model;
  private final String text;
  private final List<ImageEmbeddings> images;
  private final InputSequence prompt;

  private ContinuationScorer(FusionModel model, String text, List<ImageEmbeddings> images) {
    this.model = model;
    this.text = text;
    this.images = images;
    this.prompt = sequence(text);
  }

  static List<ContinuationScore> score(
      FusionModel model, Prompt prompt, List<String> continuations) {
    for (String continuation : continuations) {
      if (continuation.isEmpty()) {
        throw new InvalidPromptException("a continuation is empty; give text to score");
      }
    }
    try (TensorScope scope = TensorScope.open()) {
      String text = model.format().text(prompt);
      ContinuationScorer scorer =
          new ContinuationScorer(model, text, model.visualPath().embed(prompt.media(), text));
      return model.language().model() instanceof EncoderDecoder decoder
          ? scorer.answers(decoder, continuations)
          : scorer.continued(continuations);
    }
  }

  /** The texts as the ends of one sequence, after the tokens that all of them share. */
  private List<ContinuationScore> continued(List<String> continuations) {
    List<InputSequence> sequences =
        continuations.stream().map(continuation -> sequence(text + continuation)).toList();
    int shared = sequences.stream().mapToInt(this::shared).min().orElse(0);
    LanguageModel language = model.language().attendingTo(images, prompt.visible()).model();
    if (shared == 0) {
      throw new InvalidPromptException("the prompt is empty; it needs at least one token");
    }
    try (DecodeState state = language.newState(1, shared)) {
      if (shared > 1) {
        try (TensorScope scope = TensorScope.open()) {
          language.forward(prompt.embed(language, images, 0, shared - 1), state, Logits.LAST);
        }
      }
      return IntStream.range(0, sequences.size())
          .mapToObj(i -> score(continuations.get(i), sequences.get(i), shared, language, state))
          .toList();
    }
  }

  private ContinuationScore score(
      String continuation,
      InputSequence sequence,
      int shared,
      LanguageModel language,
      DecodeState prefix) {
    int[] ids = Arrays.copyOfRange(sequence.ids(), shared, sequence.length());
    try (TensorScope scope = TensorScope.open();
        DecodeState state = prefix.select(FIRST_ROW, sequence.length())) {
      Tensor inputs = sequence.embed(language, images, shared - 1, sequence.length() - 1);
      return score(continuation, language.forward(inputs, state, Logits.ALL), ids);
    }
  }

  /** The texts as answers of a decoder of its own. */
  private List<ContinuationScore> answers(EncoderDecoder language, List<String> continuations) {
    try (TensorScope scope = TensorScope.open();
        DecodeState state = language.newState(1, 1)) {
      language.encode(prompt.embed(language, images), state);
      return continuations.stream()
          .map(continuation -> answer(continuation, language, state))
          .toList();
    }
  }

  private ContinuationScore answer(
      String continuation, EncoderDecoder language, DecodeState encoded) {
    int[] ids = model.language().tokenizer().encode(continuation, false);
    int[] inputs = language.decoderInput(ids);
    try (TensorScope scope = TensorScope.open();
        DecodeState state = encoded.select(FIRST_ROW, inputs.length)) {
      Tensor embeddings = language.embed(inputs).view(1, inputs.length, language.hiddenSize());
      Tensor logits = language.forward(embeddings, state, Logits.ALL);
      return score(
          continuation,
          logits.narrow(1, inputs.length - (long) ids.length, ids.length).contiguous(),
          ids);
    }
  }

  /**
   * @param logits float32 [1, T, V], each of the place before an id
   */
  private static ContinuationScore score(String continuation, Tensor logits, int... ids) {
    Tensor rows = logits.view(ids.length, logits.size(2));
    Tensor each = KernelLibrary.shared().call("log_probabilities_of", rows, Tensor.ofIds(ids));
    double sum = 0;
    for (float logProbability : each.toFloats()) {
      sum += logProbability;
    }
    return new ContinuationScore(continuation, sum, ids.length);
  }

  private InputSequence sequence(String whole) {
    return InputSequence.of(model.format().segments(whole, images), model.format());
  }

  /** Tokens at the start that a sequence has in common with the prompt. */
  private int shared(InputSequence sequence) {
    int mismatch = Arrays.mismatch(prompt.ids(), sequence.ids());
    int common = mismatch < 0 ? sequence.length() : mismatch;
    return Math.min(common, sequence.length() - 1);
  }
}
