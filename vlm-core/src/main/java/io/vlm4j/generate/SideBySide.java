package io.vlm4j.generate;

import io.vlm4j.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Searches of sequences of their own that share the model's steps; one that ends drops out. */
final class SideBySide implements TokenSteps {
  private List<Member> running;
  private int[] parents;

  /**
   * @param members all running; member i continues row i
   */
  SideBySide(List<Member> members) {
    running = List.copyOf(members);
    parents = IntStream.range(0, members.size()).toArray();
  }

  @Override
  public boolean advance(Tensor logits) {
    List<Member> members = running;
    for (int i = 0; i < members.size(); i++) {
      members.get(i).advance(logits.narrow(0, i, 1).contiguous());
    }
    parents = IntStream.range(0, members.size()).filter(i -> members.get(i).isRunning()).toArray();
    running = members.stream().filter(Member::isRunning).toList();
    return !running.isEmpty();
  }

  @Override
  public int[] tokens() {
    return running.stream().mapToInt(member -> member.search.tokens()[0]).toArray();
  }

  @Override
  public int[] parents() {
    return parents.clone();
  }

  /** One sequence. */
  static final class Member {
    private final TokenSearch search;
    private boolean running;

    Member(TokenSearch search) {
      this.search = search;
    }

    /** Takes the logits [1, V] of its next token. */
    void advance(Tensor logits) {
      running = search.advance(logits);
    }

    boolean isRunning() {
      return running;
    }

    Generation result(double prefillMillis, double decodeMillis) {
      TokenSearch.Outcome outcome = search.finish();
      FinishReason reason = running ? FinishReason.CANCELLED : outcome.transcript().finishReason();
      return new Generation(outcome, reason, prefillMillis, decodeMillis);
    }
  }
}
