package io.vlm4j.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The processors that the options ask for, in Hugging Face's order: repetition penalty, no-repeat
 * n-gram, minimum of new tokens; then, when sampling, temperature, top-k, top-p, min-p. All
 * arithmetic on scores is float32, as there.
 */
final class LogitsProcessors {
  private static final float BANNED = Float.NEGATIVE_INFINITY;

  private final int[] promptIds;
  private final List<LogitsProcessor> processors;

  private LogitsProcessors(int[] promptIds, List<LogitsProcessor> processors) {
    this.promptIds = promptIds;
    this.processors = processors;
  }

  static LogitsProcessors of(GenerationOptions options, int[] promptIds) {
    List<LogitsProcessor> list = new ArrayList<>();
    if (options.repetitionPenalty() != 1) {
      list.add(repetitionPenalty((float) options.repetitionPenalty()));
    }
    if (options.noRepeatNgramSize() > 0) {
      list.add(noRepeatNgram(options.noRepeatNgramSize()));
    }
    if (!options.bannedSequences().isEmpty()) {
      list.add(banned(options.bannedSequences()));
    }
    if (options.minNewTokens() > 0 && !options.eosTokenIds().isEmpty()) {
      list.add(minNewTokens(options.minNewTokens(), options.eosTokenIds()));
    }
    if (options.sampling()) {
      addWarpers(options, list);
    }
    return new LogitsProcessors(promptIds, list);
  }

  private static void addWarpers(GenerationOptions options, List<LogitsProcessor> list) {
    if (options.temperature() != 1) {
      list.add(temperature((float) options.temperature()));
    }
    if (options.topK() > 0) {
      list.add(topK(options.topK()));
    }
    if (options.topP() < 1) {
      list.add(topP(options.topP()));
    }
    if (options.minP() > 0) {
      list.add(minP((float) options.minP()));
    }
  }

  boolean isEmpty() {
    return processors.isEmpty();
  }

  /** The processed scores of a sequence's next token; the given ones stay as they are. */
  float[] apply(int[] newIds, float[] scores) {
    if (processors.isEmpty()) {
      return scores;
    }
    int[] ids = Arrays.copyOf(promptIds, promptIds.length + newIds.length);
    System.arraycopy(newIds, 0, ids, promptIds.length, newIds.length);
    float[] processed = scores.clone();
    processors.forEach(processor -> processor.process(ids, newIds.length, processed));
    return processed;
  }

  /** Makes every token of the sequence less likely, once however often it occurs. */
  private static LogitsProcessor repetitionPenalty(float penalty) {
    return (ids, newTokens, scores) -> {
      BitSet seen = new BitSet(scores.length);
      for (int id : ids) {
        if (isInside(id, scores)) {
          seen.set(id);
        }
      }
      seen.stream()
          .forEach(id -> scores[id] = scores[id] < 0 ? scores[id] * penalty : scores[id] / penalty);
    };
  }

  /** Bans the tokens that would complete an n-gram that the sequence has already. */
  private static LogitsProcessor noRepeatNgram(int size) {
    return (ids, newTokens, scores) -> {
      int prefix = size - 1;
      int last = ids.length - prefix; // where the n-gram to be completed begins
      for (int i = 0; i < last; i++) {
        boolean repeats = Arrays.equals(ids, i, i + prefix, ids, last, ids.length);
        if (repeats && isInside(ids[i + prefix], scores)) {
          scores[ids[i + prefix]] = BANNED;
        }
      }
    };
  }

  /** Bans the last token of a sequence wherever the text ends with all that is before it. */
  private static LogitsProcessor banned(List<List<Integer>> sequences) {
    return (ids, newTokens, scores) -> {
      for (List<Integer> sequence : sequences) {
        int prefix = sequence.size() - 1;
        int last = sequence.get(prefix);
        boolean complete = prefix <= ids.length && isInside(last, scores);
        for (int i = 0; complete && i < prefix; i++) {
          complete = ids[ids.length - prefix + i] == sequence.get(i);
        }
        if (complete) {
          scores[last] = BANNED;
        }
      }
    };
  }

  private static LogitsProcessor minNewTokens(int minimum, List<Integer> eosTokenIds) {
    return (ids, newTokens, scores) -> {
      if (newTokens < minimum) {
        eosTokenIds.stream().filter(id -> isInside(id, scores)).forEach(id -> scores[id] = BANNED);
      }
    };
  }

  private static LogitsProcessor temperature(float temperature) {
    return (ids, newTokens, scores) -> {
      for (int i = 0; i < scores.length; i++) {
        scores[i] /= temperature;
      }
    };
  }

  /** Keeps the k best tokens, and those that equal the last of them. */
  private static LogitsProcessor topK(int k) {
    return (ids, newTokens, scores) -> {
      int[] best = Ranking.top(scores, k);
      float threshold = scores[best[best.length - 1]];
      for (int i = 0; i < scores.length; i++) {
        if (scores[i] < threshold) {
          scores[i] = BANNED;
        }
      }
    };
  }

  /** Bans the least likely tokens whose probabilities sum to at most 1 - p. */
  private static LogitsProcessor topP(double p) {
    return (ids, newTokens, scores) -> {
      float[] probabilities = Softmax.probabilities(scores);
      int[] ascending = Ranking.ascending(scores);
      double cumulative = 0;
      for (int i = 0; i < ascending.length - 1; i++) { // the best token always stays
        cumulative += probabilities[ascending[i]];
        if ((float) cumulative > (float) (1 - p)) {
          break;
        }
        scores[ascending[i]] = BANNED;
      }
    };
  }

  /** Bans the tokens that are less likely than a part of the best one's probability. */
  private static LogitsProcessor minP(float minP) {
    return (ids, newTokens, scores) -> {
      float[] probabilities = Softmax.probabilities(scores);
      float threshold = minP * probabilities[Ranking.argmax(probabilities)];
      for (int i = 0; i < scores.length; i++) {
        if (probabilities[i] < threshold) {
          scores[i] = BANNED;
        }
      }
    };
  }

  /** Placeholders of a prompt (images) may have ids outside the vocabulary. */
  private static boolean isInside(int id, float[] scores) {
    return id >= 0 && id < scores.length;
  }
}
