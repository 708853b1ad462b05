package io.vlm4j.eval.caption;

import java.util.List;

/**
 * ROUGE-L: the longest common subsequence as precision and recall, of each the best over the
 * references, joined with recall weighing 1.2 times as much.
 *
 * @see <a href="https://aclanthology.org/W04-1013">ROUGE: a package for automatic evaluation of
 *     summaries</a>
 */
public final class RougeL implements CaptionMetric {
  private static final double BETA_SQUARED = 1.2 * 1.2;

  @Override
  public MetricScore score(List<TokenizedCaption> captions) {
    return MetricScore.mean(captions.stream().map(RougeL::score).toList());
  }

  private static double score(TokenizedCaption caption) {
    double precision = 0;
    double recall = 0;
    for (List<String> reference : caption.references()) {
      int common = longestCommonSubsequence(caption.candidate(), reference);
      if (common > 0) {
        precision = Math.max(precision, (double) common / caption.candidate().size());
        recall = Math.max(recall, (double) common / reference.size());
      }
    }
    return precision == 0
        ? 0
        : (1 + BETA_SQUARED) * precision * recall / (recall + BETA_SQUARED * precision);
  }

  private static int longestCommonSubsequence(List<String> a, List<String> b) {
    int[] lengths = new int[b.size() + 1];
    for (String word : a) {
      int diagonal = 0;
      for (int j = 1; j <= b.size(); j++) {
        int above = lengths[j];
        lengths[j] =
            word.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(lengths[j - 1], lengths[j]);
        diagonal = above;
      }
    }
    return lengths[b.size()];
  }
}
