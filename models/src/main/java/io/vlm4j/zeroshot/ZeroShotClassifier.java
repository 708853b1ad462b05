package io.vlm4j.zeroshot;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.JointEmbedder;
import io.vlm4j.Modality;
import io.vlm4j.SimilarityScale;
import io.vlm4j.audio.Audio;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.image.Image;
import io.vlm4j.models.vision.ClassProbability;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tells which of some labels an image shows, by a model that compares images with texts. Each label
 * is put into every template; the normalised mean of the texts' embeddings stands for it. Labels
 * are embedded once. Immutable and thread-safe, as long as the model is open.
 *
 * <pre>{@code
 * ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, List.of("cat", "dog"));
 * String label = classifier.classify(image).get(0).label();
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Learning transferable visual models from natural
 *     language supervision</a>, section 3.1
 */
public final class ZeroShotClassifier {
  /** Where the label goes in a template. */
  public static final String PLACEHOLDER = "{}";

  /** The template of CLIP's paper. */
  public static final List<String> DEFAULT_TEMPLATES = List.of("a photo of a {}.");

  private final DualEncoder model;
  private final SimilarityScale scale;
  private final List<String> labels;
  private final List<ImageTextEmbedding> weights;

  private ZeroShotClassifier(
      DualEncoder model, SimilarityScale scale, List<String> labels, List<String> templates) {
    this.model = model;
    this.scale = scale;
    this.labels = labels;
    this.weights = labels.stream().map(label -> embed(label, templates)).toList();
  }

  /** A classifier with {@link #DEFAULT_TEMPLATES}. */
  public static ZeroShotClassifier of(DualEncoder model, List<String> labels) {
    return of(model, labels, DEFAULT_TEMPLATES);
  }

  /**
   * A classifier.
   *
   * @param model is another's to close
   * @param labels at least one, each once
   * @param templates at least one, each with {@code {}} where the label goes
   * @throws InvalidOptionException if labels or templates are not such
   * @throws UnsupportedModelException if the model did not learn what its cosines mean
   */
  public static ZeroShotClassifier of(
      DualEncoder model, List<String> labels, List<String> templates) {
    requireLabels(labels);
    requireTemplates(templates);
    SimilarityScale scale =
        model
            .similarityScale()
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        "this model has no logit_scale, so its cosines give no probabilities; CLIP"
                            + " and SigLIP have one"));
    return new ZeroShotClassifier(model, scale, List.copyOf(labels), List.copyOf(templates));
  }

  /**
   * The labels with their probabilities, the likeliest first: of CLIP they sum to 1, of SigLIP each
   * stands for itself.
   *
   * @throws InvalidModelException if they are not numbers
   */
  public List<ClassProbability> classify(Image image) {
    return classify(List.of(image)).get(0);
  }

  /** As {@link #classify(Image)} of each image, computed together. */
  public List<List<ClassProbability>> classify(List<Image> images) {
    return model.embedImages(images).stream().map(one -> probabilities(one, scale)).toList();
  }

  /**
   * The same of a sound, with templates such as {@code {}}.
   *
   * @throws UnsupportedModelException if the model takes no sounds
   */
  public List<ClassProbability> classify(Audio sound) {
    if (model instanceof JointEmbedder joint) {
      return probabilities(
          joint.embed(sound), joint.similarityScale(Modality.AUDIO, Modality.TEXT));
    }
    throw new UnsupportedModelException("this model takes no sounds; ImageBind does");
  }

  private List<ClassProbability> probabilities(ImageTextEmbedding seen, SimilarityScale learned) {
    double[] logits =
        weights.stream().mapToDouble(label -> learned.logit(seen.similarity(label))).toArray();
    double[] probabilities = learned.probabilities(logits);
    return IntStream.range(0, labels.size())
        .mapToObj(i -> new ClassProbability(i, labels.get(i), requireNumber(probabilities[i])))
        .sorted(Comparator.comparingDouble(ClassProbability::probability).reversed())
        .toList();
  }

  /** The mean over the templates, of length 1. */
  private ImageTextEmbedding embed(String label, List<String> templates) {
    List<ImageTextEmbedding> texts =
        model.embedTexts(
            templates.stream().map(template -> template.replace(PLACEHOLDER, label)).toList());
    float[] mean = new float[texts.get(0).size()];
    for (ImageTextEmbedding text : texts) {
      float[] vector = text.vector(0);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += vector[i] / texts.size();
      }
    }
    double length =
        Math.sqrt(IntStream.range(0, mean.length).mapToDouble(i -> mean[i] * mean[i]).sum());
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (mean[i] / length);
    }
    return new ImageTextEmbedding(mean, 1);
  }

  private static void requireLabels(List<String> labels) {
    if (labels.isEmpty()) {
      throw new InvalidOptionException("no labels; give at least one");
    }
    if (labels.stream().anyMatch(String::isBlank)) {
      throw new InvalidOptionException("a label is blank: " + labels);
    }
    if (new HashSet<>(labels).size() != labels.size()) {
      throw new InvalidOptionException("a label is there twice: " + labels);
    }
  }

  private static void requireTemplates(List<String> templates) {
    if (templates.isEmpty()) {
      throw new InvalidOptionException(
          "no templates; give at least one, such as 'a photo of a {}.'");
    }
    templates.stream()
        .filter(template -> !template.contains(PLACEHOLDER))
        .findFirst()
        .ifPresent(
            template -> {
              throw new InvalidOptionException(
                  "the template '" + template + "' has no {} where the label goes");
            });
  }

  private static double requireNumber(double probability) {
    if (Double.isNaN(probability)) {
      throw new InvalidModelException(
          "the probabilities are not numbers (NaN): the model's weights are damaged, or its"
              + " precision is too low; try fp32");
    }
    return probability;
  }
}
