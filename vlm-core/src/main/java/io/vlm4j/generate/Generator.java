package io.vlm4j.generate;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Generates text with a language model: the prompt in one pass, then token by token. Immutable and
 * thread-safe; all that changes during a generation lives in its call.
 */
public final class Generator {
  private static final TokenListener SILENT = token -> {};
  private static final int[] NO_IDS = {};
  private static final int[] FIRST_ROW = {0};

  private final LanguageModel model;
  private final Supplier<TokenDecoder> decoders;

  /**
   * @param decoders gives a new decoder for each sequence, from any thread
   */
  public Generator(LanguageModel model, Supplier<TokenDecoder> decoders) {
    this.model = model;
    this.decoders = decoders;
  }

  /** As {@link #generate(Tensor, int[], GenerationOptions, TokenListener)}, without a listener. */
  public Generation generate(Tensor promptEmbeddings, int[] promptIds, GenerationOptions options) {
    return generate(promptEmbeddings, promptIds, options, SILENT);
  }

  /**
   * Continues a prompt.
   *
   * @param promptEmbeddings float32 [1, T, D]
   * @param promptIds the prompt's tokens, which the repetition penalty and the n-gram ban look at;
   *     null if there are none. Ids outside the vocabulary, as placeholders have, count for nothing
   * @param listener receives the tokens as they come
   * @throws InvalidPromptException if the prompt is empty or leaves no room in the context
   * @throws io.vlm4j.error.TensorException if the model produces NaN
   */
  public Generation generate(
      Tensor promptEmbeddings, int[] promptIds, GenerationOptions options, TokenListener listener) {
    long start = System.nanoTime();
    int capacity = capacity(0, promptEmbeddings, options);
    try (DecodeState state = model.newState(1, capacity)) {
      return prefillAndDecode(promptEmbeddings, state, promptIds, options, listener, start);
    }
  }

  /**
   * Continues a prompt whose beginning has been computed already.
   *
   * @param prefix a state of one sequence. It is copied and stays as it is, so that it serves
   *     several prompts, also at the same time
   * @param embeddings the rest of the prompt, float32 [1, T, D]
   * @param promptIds the tokens of the whole prompt, or null, as above
   * @param listener receives the tokens as they come
   * @throws InvalidPromptException if the rest is empty or the whole leaves no room in the context
   */
  public Generation generate(
      DecodeState prefix,
      Tensor embeddings,
      int[] promptIds,
      GenerationOptions options,
      TokenListener listener) {
    long start = System.nanoTime();
    int capacity = capacity(prefix.length(), embeddings, options);
    try (DecodeState state = prefix.select(FIRST_ROW, capacity)) {
      return prefillAndDecode(embeddings, state, promptIds, options, listener, start);
    }
  }

  /**
   * Continues a sequence where it is: afterwards the state holds the prompt and the new tokens but
   * the last, as far as there is room in it.
   *
   * @param state one sequence, the beginning of the prompt
   * @param embeddings the rest of the prompt, float32 [1, T, D]
   * @param promptIds the tokens of the whole prompt, or null, as above
   * @param listener receives the tokens as they come
   * @throws InvalidPromptException if the rest is empty or the whole leaves no room in the context
   */
  public Generation extend(
      DecodeState state,
      Tensor embeddings,
      int[] promptIds,
      GenerationOptions options,
      TokenListener listener) {
    long start = System.nanoTime();
    requireFit(state.length(), embeddings);
    return prefillAndDecode(embeddings, state, promptIds, options, listener, start);
  }

  /**
   * The decode loop, from the first logits on; for models whose prompt is not a sequence of
   * embeddings, such as encoder-decoders.
   *
   * @param firstLogits logits of the first new token, float32 [1, V]
   * @param state the sequence so far. It is advanced, and its caller closes it
   * @param promptIds the sequence's tokens so far (of an encoder-decoder: the decoder's), or null
   * @param listener receives the tokens as they come
   */
  public Generation decode(
      Tensor firstLogits,
      DecodeState state,
      int[] promptIds,
      GenerationOptions options,
      TokenListener listener) {
    requireRoom(state.length());
    return decode(firstLogits, state, promptIds, options, listener, System.nanoTime());
  }

  private Generation prefillAndDecode(
      Tensor embeddings,
      DecodeState state,
      int[] promptIds,
      GenerationOptions options,
      TokenListener listener,
      long start) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor firstLogits = model.prompt(embeddings, state);
      int[] sequence = promptIds == null ? null : model.sequenceAfter(promptIds);
      return decode(firstLogits, state, sequence, options, listener, start);
    }
  }

  private Generation decode(
      Tensor firstLogits,
      DecodeState state,
      int[] promptIds,
      GenerationOptions options,
      TokenListener listener,
      long start) {
    int maxNewTokens = Math.min(options.maxNewTokens(), model.contextLength() - state.length());
    TokenSearch search = search(options, maxNewTokens, promptIds, listener);
    CancellationToken cancellation = options.cancellation();
    boolean begun = !cancellation.isCancelled() && search.advance(firstLogits);
    long firstToken = System.nanoTime();
    boolean running = begun && run(search, state, maxNewTokens, cancellation);
    long end = System.nanoTime();
    TokenSearch.Outcome best = search.finish();
    FinishReason reason = running ? FinishReason.CANCELLED : best.transcript().finishReason();
    return new Generation(best, reason, millis(start, firstToken), millis(firstToken, end));
  }

  /**
   * The decode loop: a token for each running sequence, until none runs.
   *
   * @return true if it was cancelled before
   */
  boolean run(
      TokenSteps search, DecodeState state, int maxNewTokens, CancellationToken cancellation) {
    boolean running = true;
    try (StateCursor states = new StateCursor(state, state.length() + maxNewTokens)) {
      while (running && !cancellation.isCancelled()) {
        DecodeState next = states.follow(search.parents());
        try (TensorScope scope = TensorScope.open()) {
          running = search.advance(model.step(search.tokens(), next));
        }
      }
    }
    return running;
  }

  /** A state with room for a prompt, after checking that it fits. */
  DecodeState newState(Tensor promptEmbeddings) {
    return model.newState(1, (int) requireFit(0, promptEmbeddings));
  }

  TokenSearch search(
      GenerationOptions options, int maxNewTokens, int[] promptIds, TokenListener listener) {
    StopCriteria stopCriteria = new StopCriteria(options, maxNewTokens, decoders);
    Transcript transcript = new Transcript(stopCriteria, listener);
    LogitsProcessors processors =
        LogitsProcessors.of(options, promptIds == null ? NO_IDS : promptIds);
    return options.beams() == 1
        ? new SingleSearch(options, processors, transcript)
        : new BeamSearch(options, processors, stopCriteria, transcript);
  }

  /** Positions to make room for, after checking that the prompt fits. */
  private int capacity(int prefixLength, Tensor embeddings, GenerationOptions options) {
    long length = requireFit(prefixLength, embeddings);
    long limit = Math.min(length + options.maxNewTokens(), model.contextLength());
    return StateCursor.roomFor((int) length, (int) limit);
  }

  /** Positions of the whole prompt, after checking that it fits. */
  private long requireFit(int prefixLength, Tensor embeddings) {
    long[] shape = embeddings.shape();
    if (shape.length != 3 || shape[0] != 1 || shape[2] != model.promptSize()) {
      throw new InvalidPromptException(
          "the prompt's embeddings are "
              + Arrays.toString(shape)
              + "; the model takes [1, T, "
              + model.promptSize()
              + "]");
    }
    if (shape[1] == 0) {
      throw new InvalidPromptException("the prompt is empty; it needs at least one token");
    }
    long length = prefixLength + shape[1];
    requireRoom(length);
    return length;
  }

  private void requireRoom(long length) {
    if (length + 1 > model.contextLength()) {
      throw new InvalidPromptException(
          "the prompt has "
              + length
              + " positions, but the model's context of "
              + model.contextLength()
              + " must hold it and at least one new token; shorten the prompt or use fewer images");
    }
  }

  private static double millis(long from, long to) {
    return (to - from) / 1e6;
  }
}
