package io.vlm4j.generate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** When a sequence ends, the same for every search. */
final class StopCriteria {
  private final Set<Integer> eosTokenIds;
  private final int maxNewTokens;
  private final List<String> stopStrings;
  private final Supplier<TokenDecoder> decoders;

  /**
   * @param maxNewTokens the options' limit, clipped to the context
   */
  StopCriteria(GenerationOptions options, int maxNewTokens, Supplier<TokenDecoder> decoders) {
    this.eosTokenIds = new HashSet<>(options.eosTokenIds());
    this.maxNewTokens = maxNewTokens;
    this.stopStrings = options.stopStrings();
    this.decoders = decoders;
  }

  /**
   * Why a sequence ends, or null if it goes on.
   *
   * @param id its last token
   * @param length its new tokens so far
   * @param stopped whether its text has a stop string
   */
  FinishReason reason(int id, int length, boolean stopped) {
    if (isEos(id)) {
      return FinishReason.EOS;
    } else if (stopped) {
      return FinishReason.STOP_STRING;
    }
    return length >= maxNewTokens ? FinishReason.LENGTH : null;
  }

  /** As {@link #reason}, for a sequence whose text is not being streamed. */
  boolean ends(Hypothesis sequence) {
    return reason(sequence.token(), sequence.length(), hasStopString(sequence)) != null;
  }

  boolean isEos(int id) {
    return eosTokenIds.contains(id);
  }

  int maxNewTokens() {
    return maxNewTokens;
  }

  /** The text of a new sequence. */
  TextStream newText() {
    return new TextStream(decoders.get(), new StopStrings(stopStrings));
  }

  private boolean hasStopString(Hypothesis sequence) {
    if (stopStrings.isEmpty()) {
      return false;
    }
    TextStream text = newText();
    for (int id : sequence.ids()) {
      text.push(id);
    }
    return text.stopped();
  }
}
