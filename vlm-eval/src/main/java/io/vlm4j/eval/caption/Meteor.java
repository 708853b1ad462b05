package io.vlm4j.eval.caption;

import java.util.ArrayList;
import java.util.List;

/**
 * METEOR 1.5 for English with the parameters for ranking, by equal words and equal stems; without
 * the synonyms and paraphrases of the full METEOR, whose tables are not free to copy. Recall weighs
 * more than precision, content words more than function words, equal words more than stems, and
 * matches that lie in many chunks lose. The score of all is that of the summed counts, each from
 * the reference that gives the best.
 *
 * @see <a href="https://aclanthology.org/W14-3348">Meteor universal: language specific translation
 *     evaluation for any target language</a>
 */
public final class Meteor implements CaptionMetric {
  private static final double ALPHA = 0.85; // of recall
  private static final double BETA = 0.2; // exponent of the fragmentation
  private static final double GAMMA = 0.6; // most that fragmentation costs
  private static final double DELTA = 0.75; // of content words
  private static final double STEM = 0.6; // of a match by stem

  @Override
  public MetricScore score(List<TokenizedCaption> captions) {
    Counts all = new Counts();
    List<Double> each = new ArrayList<>();
    for (TokenizedCaption caption : captions) {
      Counts best = best(caption);
      each.add(best.score());
      all.add(best);
    }
    return new MetricScore(all.score(), each);
  }

  private static Counts best(TokenizedCaption caption) {
    MeteorWords candidate = MeteorWords.of(caption.candidate());
    Counts best = null;
    for (List<String> reference : caption.references()) {
      Counts counts = Counts.of(candidate, MeteorWords.of(reference));
      if (best == null || counts.score() > best.score()) {
        best = counts;
      }
    }
    return best;
  }

  /** What is counted before it is divided. */
  private static final class Counts {
    private final Side candidate = new Side();
    private final Side reference = new Side();
    private int chunks;

    static Counts of(MeteorWords candidate, MeteorWords reference) {
      Counts counts = new Counts();
      counts.candidate.countWords(candidate);
      counts.reference.countWords(reference);
      MeteorAlignment alignment = MeteorAlignment.of(candidate, reference);
      counts.chunks = alignment.chunks();
      for (MeteorAlignment.Match match : alignment.matches()) {
        if (match != null) {
          counts.candidate.countMatch(candidate.isFunctionWord(match.candidate()), match.exact());
          counts.reference.countMatch(reference.isFunctionWord(match.reference()), match.exact());
        }
      }
      return counts;
    }

    void add(Counts other) {
      candidate.add(other.candidate);
      reference.add(other.reference);
      chunks += other.isPerfect() ? 0 : other.chunks;
    }

    double score() {
      double precision = candidate.matchedShare();
      double recall = reference.matchedShare();
      double mean = 1 / ((1 - ALPHA) / precision + ALPHA / recall);
      double fragmentation =
          isPerfect() ? 0 : 2.0 * chunks / (candidate.matches + reference.matches);
      double score = mean * (1 - GAMMA * Math.pow(fragmentation, BETA));
      return Double.isNaN(score) ? 0 : Math.max(score, 0);
    }

    private boolean isPerfect() {
      return chunks == 1
          && candidate.matches == candidate.words
          && reference.matches == reference.words;
    }
  }

  /** The words of one of two sentences, or the sum over many. */
  private static final class Side {
    private int words;
    private int matches;
    private double weight;
    private double matchedWeight;

    void countWords(MeteorWords sentence) {
      int function = sentence.functionWords();
      words = sentence.size();
      weight = DELTA * (words - function) + (1 - DELTA) * function;
    }

    void countMatch(boolean function, boolean exact) {
      matches++;
      matchedWeight += (function ? 1 - DELTA : DELTA) * (exact ? 1 : STEM);
    }

    void add(Side other) {
      words += other.words;
      matches += other.matches;
      weight += other.weight;
      matchedWeight += other.matchedWeight;
    }

    double matchedShare() {
      return matchedWeight / weight;
    }
  }
}
