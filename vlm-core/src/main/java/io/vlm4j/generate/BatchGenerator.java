package io.vlm4j.generate;

import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Continues several prompts side by side: each is read by itself, then all write together, a token
 * each in one step, so that the weights are read once for all of them. A sequence that ends leaves
 * the others.
 */
public final class BatchGenerator {
  private final LanguageModel model;
  private final Supplier<TokenDecoder> decoders;

  /**
   * @param decoders gives a new decoder for each sequence, from any thread
   */
  public BatchGenerator(LanguageModel model, Supplier<TokenDecoder> decoders) {
    this.model = model;
    this.decoders = decoders;
  }

  /**
   * A prompt.
   *
   * @param embeddings float32 [1, T, D]
   * @param ids its tokens, as {@link Generator#generate} takes them
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  public record Input(Tensor embeddings, int[] ids) {}

  /**
   * Continues the prompts.
   *
   * @param options of all; one beam
   * @return one generation for each prompt, in order
   * @throws io.vlm4j.error.InvalidPromptException if a prompt is empty or leaves no room
   */
  public List<Generation> generate(List<Input> inputs, GenerationOptions options) {
    Generator generator = new Generator(model, decoders);
    List<DecodeState> states = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    try {
      for (Input input : inputs) {
        long start = System.nanoTime();
        DecodeState state = generator.newState(input.embeddings());
        states.add(state);
        rows.add(begin(generator, input, state, options, start));
      }
      return finish(rows, states, options);
    } finally {
      states.forEach(DecodeState::close);
    }
  }

  private Row begin(
      Generator generator, Input input, DecodeState state, GenerationOptions options, long start) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = model.prompt(input.embeddings(), state);
      int room = Math.min(options.maxNewTokens(), model.contextLength() - state.length());
      TokenSearch search = generator.search(options, room, input.ids(), token -> {});
      boolean running = search.advance(logits);
      return new Row(search, running, (System.nanoTime() - start) / 1e6);
    }
  }

  private List<Generation> finish(
      List<Row> rows, List<DecodeState> states, GenerationOptions options) {
    List<Row> running = rows.stream().filter(row -> row.running).toList();
    long start = System.nanoTime();
    if (!running.isEmpty()) {
      List<DecodeState> own =
          IntStream.range(0, rows.size())
              .filter(i -> rows.get(i).running)
              .mapToObj(states::get)
              .toList();
      int room = Math.min(options.maxNewTokens(), model.contextLength());
      Optional<DecodeState> joined = model.join(own, Math.min(room, 256));
      if (joined.isPresent()) {
        try (DecodeState state = joined.get()) {
          decode(running, state, options);
        }
      } else {
        for (int i = 0; i < own.size(); i++) {
          decode(List.of(running.get(i)), own.get(i), options);
        }
      }
    }
    double decodeMillis = (System.nanoTime() - start) / 1e6;
    return rows.stream().map(row -> row.result(decodeMillis)).toList();
  }

  private void decode(List<Row> rows, DecodeState state, GenerationOptions options) {
    int limit = state.length() + options.maxNewTokens();
    List<Row> running = rows;
    int[] following = IntStream.range(0, rows.size()).toArray();
    try (StateCursor states = new StateCursor(state, limit)) {
      while (!running.isEmpty() && !options.cancellation().isCancelled()) {
        DecodeState next = states.follow(following);
        List<Row> before = running;
        try (TensorScope scope = TensorScope.open()) {
          int[] tokens = before.stream().mapToInt(row -> row.search.tokens()[0]).toArray();
          Tensor logits = model.step(tokens, next);
          for (int i = 0; i < tokens.length; i++) {
            before.get(i).advance(logits.narrow(0, i, 1).contiguous());
          }
        }
        following = IntStream.range(0, before.size()).filter(i -> before.get(i).running).toArray();
        running = before.stream().filter(row -> row.running).toList();
      }
    }
  }

  /** One sequence. */
  private static final class Row {
    private final TokenSearch search;
    private final double prefillMillis;
    private boolean running;

    Row(TokenSearch search, boolean running, double prefillMillis) {
      this.search = search;
      this.running = running;
      this.prefillMillis = prefillMillis;
    }

    void advance(Tensor logits) {
      running = search.advance(logits);
    }

    Generation result(double decodeMillis) {
      TokenSearch.Outcome outcome = search.finish();
      FinishReason reason = running ? FinishReason.CANCELLED : outcome.transcript().finishReason();
      return new Generation(outcome, reason, prefillMillis, decodeMillis);
    }
  }
}
