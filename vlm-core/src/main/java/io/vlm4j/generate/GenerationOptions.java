package io.vlm4j.generate;

import io.vlm4j.error.InvalidOptionException;
import java.util.List;

/**
 * How to generate. What is not set is taken from the model's own configuration ({@link
 * #withDefaults}), then from the defaults that each getter names. Immutable.
 *
 * <p>Greedy search is the default; {@code beams} above 1 is beam search; a temperature above 0,
 * top-k, top-p or min-p switch sampling on.
 */
public final class GenerationOptions {
  private static final int MAX_BEAMS = 64;
  private static final int MAX_TOP_LOGITS = 1000;
  private static final int MAX_STOP_STRINGS = 64;
  private static final int MAX_STOP_STRING_LENGTH = 1000;

  /** What was set; null is unset. Never changed after the builder is done. */
  private final Builder set;

  private GenerationOptions(Builder set) {
    this.set = set;
  }

  /** A builder with nothing set. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder with what is set here. */
  public Builder toBuilder() {
    return new Builder().fill(set);
  }

  /**
   * These options, with what is unset taken from others. If these choose beams and the others
   * sampling, or the reverse, these decide; if the others choose both, beams win.
   */
  public GenerationOptions withDefaults(GenerationOptions defaults) {
    Builder merged = toBuilder().fill(defaults.set);
    merged.sampling = set.samples() == null ? defaults.set.samples() : set.samples();
    if (Boolean.TRUE.equals(merged.sampling) && merged.beams != null && merged.beams > 1) {
      boolean samplingWins = set.beams == null && Boolean.TRUE.equals(set.samples());
      merged.sampling = samplingWins;
      merged.beams = samplingWins ? Integer.valueOf(1) : merged.beams;
    }
    return new GenerationOptions(merged);
  }

  /** The most new tokens; 128. The context may allow fewer. */
  public int maxNewTokens() {
    return or(set.maxNewTokens, 128);
  }

  /** New tokens before an end token may come; 0. */
  public int minNewTokens() {
    return or(set.minNewTokens, 0);
  }

  /** Beams of the beam search; 1, which is none. */
  public int beams() {
    return or(set.beams, 1);
  }

  /** Exponent of the length that divides a beam's score; 1. Above 0 favours long sequences. */
  public double lengthPenalty() {
    return or(set.lengthPenalty, 1.0);
  }

  /** When beam search ends; {@link EarlyStopping#FALSE}. */
  public EarlyStopping earlyStopping() {
    return or(set.earlyStopping, EarlyStopping.FALSE);
  }

  /** Whether tokens are drawn at random; false. */
  public boolean sampling() {
    return or(set.samples(), false);
  }

  /** Divisor of the logits when sampling; 1. */
  public double temperature() {
    return or(set.temperature, 1.0);
  }

  /** When sampling, only the k best tokens are drawn; 50. 0 draws all. */
  public int topK() {
    return or(set.topK, 50);
  }

  /**
   * When sampling, only the best tokens that make up this probability are drawn; 1, which is all.
   */
  public double topP() {
    return or(set.topP, 1.0);
  }

  /** When sampling, only tokens with this part of the best one's probability are drawn; 0. */
  public double minP() {
    return or(set.minP, 0.0);
  }

  /** Seed of the random generator; 0. */
  public long seed() {
    return or(set.seed, 0L);
  }

  /** Factor by which tokens of the sequence so far, prompt included, become less likely; 1. */
  public double repetitionPenalty() {
    return or(set.repetitionPenalty, 1.0);
  }

  /** Length of the n-grams that may occur only once, prompt included; 0, which bans none. */
  public int noRepeatNgramSize() {
    return or(set.noRepeatNgramSize, 0);
  }

  /** Sequences of tokens that the text may not contain; none. */
  public List<List<Integer>> bannedSequences() {
    return or(set.bannedSequences, List.of());
  }

  /** Strings that end the text, themselves left out; none. */
  public List<String> stopStrings() {
    return or(set.stopStrings, List.of());
  }

  /** Tokens that end the sequence; none. */
  public List<Integer> eosTokenIds() {
    return or(set.eosTokenIds, List.of());
  }

  /** How many of the best logits are reported for each new token; 0. */
  public int topLogits() {
    return or(set.topLogits, 0);
  }

  /** Whether all logits of each new token are reported; false. */
  public boolean keepLogits() {
    return or(set.keepLogits, false);
  }

  /** Stops the generation from outside; one that nobody cancels. */
  public CancellationToken cancellation() {
    return or(set.cancellation, new CancellationToken());
  }

  private static <T> T or(T value, T unset) {
    return value == null ? unset : value;
  }

  /** Sets options; {@link #build()} checks them. */
  public static final class Builder {
    private Integer maxNewTokens;
    private Integer minNewTokens;
    private Integer beams;
    private Double lengthPenalty;
    private EarlyStopping earlyStopping;
    private Boolean sampling;
    private Double temperature;
    private Integer topK;
    private Double topP;
    private Double minP;
    private Long seed;
    private Double repetitionPenalty;
    private Integer noRepeatNgramSize;
    private List<List<Integer>> bannedSequences;
    private List<String> stopStrings;
    private List<Integer> eosTokenIds;
    private Integer topLogits;
    private Boolean keepLogits;
    private CancellationToken cancellation;

    private Builder() {}

    /** The most new tokens, at least 1. */
    public Builder maxNewTokens(int tokens) {
      maxNewTokens = tokens;
      return this;
    }

    /** New tokens before an end token may come, from 0 to the most new tokens. */
    public Builder minNewTokens(int tokens) {
      minNewTokens = tokens;
      return this;
    }

    /** Beams of the beam search, 1 to 64; 1 is no beam search. */
    public Builder beams(int count) {
      beams = count;
      return this;
    }

    /** Exponent of the length that divides a beam's score, -10 to 10. */
    public Builder lengthPenalty(double exponent) {
      lengthPenalty = exponent;
      return this;
    }

    /** When beam search ends. */
    public Builder earlyStopping(EarlyStopping when) {
      earlyStopping = when;
      return this;
    }

    /** Sampling on or off, whatever else is set; a temperature of 0 is off all the same. */
    public Builder sampling(boolean on) {
      sampling = on;
      return this;
    }

    /** Divisor of the logits when sampling, up to 100; 0 is greedy. */
    public Builder temperature(double divisor) {
      temperature = divisor;
      return this;
    }

    /** Draws only from the k best tokens; 0 draws from all. */
    public Builder topK(int k) {
      topK = k;
      return this;
    }

    /** Draws only from the best tokens that make up this probability, 0 to 1. */
    public Builder topP(double probability) {
      topP = probability;
      return this;
    }

    /** Draws only from tokens with this part of the best one's probability, 0 to 1. */
    public Builder minP(double part) {
      minP = part;
      return this;
    }

    /** Seed of the random generator. */
    public Builder seed(long number) {
      seed = number;
      return this;
    }

    /** Penalty of tokens that were there before, above 0 to 100; 1 is none. */
    public Builder repetitionPenalty(double factor) {
      repetitionPenalty = factor;
      return this;
    }

    /** Length of the n-grams that may occur only once; 0 bans none. */
    public Builder noRepeatNgramSize(int size) {
      noRepeatNgramSize = size;
      return this;
    }

    /**
     * Sequences of tokens that the text may not contain, also known as bad words; an empty list is
     * none, whatever the model's are.
     */
    public Builder bannedSequences(List<List<Integer>> sequences) {
      bannedSequences = sequences.stream().map(List::copyOf).toList();
      return this;
    }

    /** Strings that end the text: at most 64, of 1 to 1000 characters. */
    public Builder stopStrings(List<String> strings) {
      stopStrings = List.copyOf(strings);
      return this;
    }

    /** Strings that end the text: at most 64, of 1 to 1000 characters. */
    public Builder stopStrings(String... strings) {
      return stopStrings(List.of(strings));
    }

    /** Tokens that end the sequence; an empty list is none, whatever the model's are. */
    public Builder eosTokenIds(List<Integer> ids) {
      eosTokenIds = List.copyOf(ids);
      return this;
    }

    /** How many of the best logits are reported for each new token, 0 to 1000. */
    public Builder topLogits(int count) {
      topLogits = count;
      return this;
    }

    /** Reports all logits of each new token: four bytes for each token of the vocabulary. */
    public Builder keepLogits(boolean keep) {
      keepLogits = keep;
      return this;
    }

    /** Stops the generation from outside. */
    public Builder cancellation(CancellationToken token) {
      cancellation = token;
      return this;
    }

    /**
     * Checks the options.
     *
     * @throws InvalidOptionException if one is outside its range, or two contradict each other
     */
    public GenerationOptions build() {
      GenerationOptions options = new GenerationOptions(new Builder().fill(this));
      checkRanges(options);
      if (minNewTokens != null && maxNewTokens != null && minNewTokens > maxNewTokens) {
        throw new InvalidOptionException(
            "minNewTokens is " + minNewTokens + ", more than maxNewTokens, " + maxNewTokens);
      }
      if (options.beams() > 1 && options.sampling()) {
        throw new InvalidOptionException(
            "beams is "
                + beams
                + " and sampling is on; set beams to 1 to sample, or leave temperature, topK, topP"
                + " and minP unset");
      }
      return options;
    }

    private static void checkRanges(GenerationOptions options) {
      check("maxNewTokens", options.maxNewTokens(), 1, Integer.MAX_VALUE);
      check("minNewTokens", options.minNewTokens(), 0, Integer.MAX_VALUE);
      check("beams", options.beams(), 1, MAX_BEAMS);
      check("lengthPenalty", options.lengthPenalty(), -10, 10);
      check("temperature", options.temperature(), 0, 100);
      check("topK", options.topK(), 0, Integer.MAX_VALUE);
      check("topP", options.topP(), 0, 1);
      check("minP", options.minP(), 0, 1);
      check("repetitionPenalty", options.repetitionPenalty(), 1e-6, 100);
      check("noRepeatNgramSize", options.noRepeatNgramSize(), 0, Integer.MAX_VALUE);
      check("topLogits", options.topLogits(), 0, MAX_TOP_LOGITS);
      check("the number of stopStrings", options.stopStrings().size(), 0, MAX_STOP_STRINGS);
      for (String stop : options.stopStrings()) {
        check("the length of a stop string", stop.length(), 1, MAX_STOP_STRING_LENGTH);
      }
      for (int id : options.eosTokenIds()) {
        check("an id of eosTokenIds", id, 0, Integer.MAX_VALUE);
      }
      for (List<Integer> sequence : options.bannedSequences()) {
        check("the length of a banned sequence", sequence.size(), 1, Integer.MAX_VALUE);
      }
    }

    private static void check(String name, int value, int least, int most) {
      if (value < least || value > most) {
        String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
        throw new InvalidOptionException(name + " is " + value + "; allowed is " + range);
      }
    }

    private static void check(String name, double value, double least, double most) {
      if (!(value >= least && value <= most)) {
        throw new InvalidOptionException(
            name + " is " + value + "; allowed is " + plain(least) + " to " + plain(most));
      }
    }

    private static String plain(double number) {
      return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** Whether what is set asks for sampling; null if nothing says. */
    private Boolean samples() {
      if (temperature != null && temperature == 0) {
        return false;
      } else if (sampling != null) {
        return sampling;
      }
      boolean nothingSays = temperature == null && topK == null && topP == null && minP == null;
      return nothingSays ? null : Boolean.TRUE;
    }

    private Builder fill(Builder other) {
      maxNewTokens = or(maxNewTokens, other.maxNewTokens);
      minNewTokens = or(minNewTokens, other.minNewTokens);
      beams = or(beams, other.beams);
      lengthPenalty = or(lengthPenalty, other.lengthPenalty);
      earlyStopping = or(earlyStopping, other.earlyStopping);
      sampling = or(sampling, other.sampling);
      temperature = or(temperature, other.temperature);
      topK = or(topK, other.topK);
      topP = or(topP, other.topP);
      minP = or(minP, other.minP);
      seed = or(seed, other.seed);
      repetitionPenalty = or(repetitionPenalty, other.repetitionPenalty);
      noRepeatNgramSize = or(noRepeatNgramSize, other.noRepeatNgramSize);
      bannedSequences = or(bannedSequences, other.bannedSequences);
      stopStrings = or(stopStrings, other.stopStrings);
      eosTokenIds = or(eosTokenIds, other.eosTokenIds);
      topLogits = or(topLogits, other.topLogits);
      keepLogits = or(keepLogits, other.keepLogits);
      cancellation = or(cancellation, other.cancellation);
      return this;
    }
  }
}
