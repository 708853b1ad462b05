package io.vlm4j.fewshot;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.generate.ContinuationScore;
import io.vlm4j.prompt.Prompt;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * Chooses the label that a language model finds most likely after a prompt, as Frozen and Flamingo
 * classify. The prompt may hold examples, or none (zero-shot).
 *
 * <pre>{@code
 * LikelihoodClassifier classifier = LikelihoodClassifier.of(vlm, List.of("dog", "cat"));
 * String label = classifier.classify(Prompt.of(image, "Which animal is this?")).get(0).label();
 * }</pre>
 */
public final class LikelihoodClassifier {
  private final VisionLanguageModel model;
  private final List<String> labels;
  private final boolean lengthNormalised;

  private LikelihoodClassifier(
      VisionLanguageModel model, List<String> labels, boolean lengthNormalised) {
    this.model = model;
    this.labels = List.copyOf(labels);
    this.lengthNormalised = lengthNormalised;
    if (labels.isEmpty() || new HashSet<>(labels).size() != labels.size()) {
      throw new InvalidOptionException(
          labels.isEmpty() ? "no labels; give at least one" : "a label is there twice: " + labels);
    }
  }

  /**
   * A classifier by the likelihood of the whole label.
   *
   * @param labels are appended to the prompt's text as they are; a leading space is part of them
   */
  public static LikelihoodClassifier of(VisionLanguageModel model, List<String> labels) {
    return new LikelihoodClassifier(model, labels, false);
  }

  /** The same by the mean log-likelihood of a token, so that long labels are at no disadvantage. */
  public LikelihoodClassifier lengthNormalised() {
    return new LikelihoodClassifier(model, labels, true);
  }

  /** The labels with their probabilities, which sum to 1; the likeliest first. */
  public List<Label> classify(Prompt prompt) {
    List<ContinuationScore> scores = model.score(prompt, labels);
    double best = scores.stream().mapToDouble(this::value).max().orElseThrow();
    double sum = scores.stream().mapToDouble(score -> Math.exp(value(score) - best)).sum();
    return scores.stream()
        .map(score -> new Label(score.text(), Math.exp(value(score) - best) / sum, score))
        .sorted(Comparator.comparingDouble(Label::probability).reversed())
        .toList();
  }

  private double value(ContinuationScore score) {
    return lengthNormalised ? score.perToken() : score.logLikelihood();
  }

  /**
   * A label.
   *
   * @param label the text
   * @param probability among the labels, 0 to 1
   * @param score what the model says of it
   */
  public record Label(String label, double probability, ContinuationScore score) {}
}
