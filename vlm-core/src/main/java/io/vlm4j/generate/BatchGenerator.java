package io.vlm4j.generate;

import io.vlm4j.generate.SideBySide.Member;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Continues several prompts side by side: each is read by itself, then all write together, a token
 * each in one step, so that the weights are read once for all of them. A sequence that ends leaves
 * the others.
 */
public final class BatchGenerator {
  /** Places that a joined state has at first after the longest prompt. */
  private static final int FIRST_ROOM = 256;

  private final LanguageModel model;
  private final Supplier<TokenDecoder> decoders;
  private final Generator generator;

  /**
   * @param decoders gives a new decoder for each sequence, from any thread
   */
  public BatchGenerator(LanguageModel model, Supplier<TokenDecoder> decoders) {
    this.model = model;
    this.decoders = decoders;
    this.generator = new Generator(model, decoders);
  }

  /**
   * A prompt.
   *
   * @param reader the model, or a view of it whose new states are shown this prompt's images
   * @param embeddings float32 [1, T, D]
   * @param ids its tokens, as {@link Generator#generate} takes them
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  public record Input(LanguageModel reader, Tensor embeddings, int[] ids) {}

  /**
   * Continues the prompts.
   *
   * @param options of all; one beam
   * @return one generation for each prompt, in order
   * @throws io.vlm4j.error.InvalidPromptException if a prompt is empty or leaves no room
   */
  public List<Generation> generate(List<Input> inputs, GenerationOptions options) {
    List<DecodeState> states = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    try {
      long start = System.nanoTime();
      for (Input input : inputs) {
        DecodeState state = new Generator(input.reader(), decoders).newState(input.embeddings());
        states.add(state);
        members.add(begin(input, state, options));
      }
      long read = System.nanoTime();
      goOn(members, states, options);
      long end = System.nanoTime();
      return members.stream()
          .map(member -> member.result((read - start) / 1e6, (end - read) / 1e6))
          .toList();
    } finally {
      states.forEach(DecodeState::close);
    }
  }

  /** Reads a prompt and chooses its first token. */
  private Member begin(Input input, DecodeState state, GenerationOptions options) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = model.prompt(input.embeddings(), state);
      int room = Math.min(options.maxNewTokens(), model.contextLength() - state.length());
      Member member = new Member(generator.search(options, room, input.ids(), token -> {}));
      member.advance(logits);
      return member;
    }
  }

  /** Those that did not end with their first token: together if the model can, else in turns. */
  private void goOn(List<Member> members, List<DecodeState> states, GenerationOptions options) {
    List<Member> running = new ArrayList<>();
    List<DecodeState> own = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).isRunning()) {
        running.add(members.get(i));
        own.add(states.get(i));
      }
    }
    if (running.isEmpty()) {
      return;
    }
    int room = Math.min(options.maxNewTokens(), FIRST_ROOM);
    Optional<DecodeState> joined = model.join(own, room);
    if (joined.isPresent()) {
      try (DecodeState state = joined.get()) {
        run(running, state, options);
      }
      return;
    }
    for (int i = 0; i < running.size(); i++) {
      run(List.of(running.get(i)), own.get(i), options);
    }
  }

  private void run(List<Member> members, DecodeState state, GenerationOptions options) {
    SideBySide together = new SideBySide(members);
    generator.run(together, state, options.maxNewTokens(), options.cancellation());
  }
}
