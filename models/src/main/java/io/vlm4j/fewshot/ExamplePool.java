package io.vlm4j.fewshot;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.TensorException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.nn.Pooling;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.PooledVisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Examples, of which those whose images resemble a query's are shown: retrieval-based in-context
 * example selection (RICES). Images are compared by the cosine of an encoder's features, pooled by
 * its own head, or averaged over the patches where it has none. The encoder stays its owner's.
 *
 * @see <a href="https://arxiv.org/abs/2109.05014">An empirical study of GPT-3 for few-shot
 *     knowledge-based VQA</a>
 */
public final class ExamplePool {
  private static final int IMAGES_PER_PASS = 16;

  private final EncoderPart encoder;
  private final List<Example> examples;
  private final List<float[]> features = new ArrayList<>();

  private ExamplePool(EncoderPart encoder, List<Example> examples) {
    this.encoder = encoder;
    this.examples = List.copyOf(examples);
    for (int from = 0; from < examples.size(); from += IMAGES_PER_PASS) {
      int to = Math.min(examples.size(), from + IMAGES_PER_PASS);
      features.addAll(encode(examples.subList(from, to).stream().map(Example::image).toList()));
    }
  }

  /** Encodes the examples' images. */
  public static ExamplePool of(EncoderPart encoder, List<Example> examples) {
    return new ExamplePool(encoder, examples);
  }

  /**
   * The examples whose images are nearest to one, the nearest last, where it is next to the query.
   *
   * @param count how many; fewer if the pool holds fewer
   */
  public List<Example> nearest(Image query, int count) {
    if (count < 0) {
      throw new InvalidOptionException(
          "the number of examples is " + count + "; expected 0 or more");
    }
    float[] wanted = encode(List.of(query)).get(0);
    double[] similarity = features.stream().mapToDouble(one -> dot(one, wanted)).toArray();
    List<Integer> ranked =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> similarity[i]))
            .toList();
    return ranked.subList(Math.max(0, ranked.size() - count), ranked.size()).stream()
        .map(examples::get)
        .toList();
  }

  /** A prompt that begins with the nearest examples; the caller adds the query. */
  public Prompt.Builder prompt(Image query, int count) {
    Prompt.Builder prompt = Prompt.builder();
    nearest(query, count).forEach(example -> example.addTo(prompt));
    return prompt;
  }

  /** Features of length 1. */
  private List<float[]> encode(List<Image> images) {
    List<ProcessedImage> processed = images.stream().map(encoder.processor()::process).toList();
    try (TensorScope scope = TensorScope.open()) {
      ImageFeatures states =
          encoder
              .encoder()
              .encode(PixelBatch.of(processed, encoder.device()), FeatureSelection.LAST);
      Tensor pooled =
          encoder.encoder() instanceof PooledVisionEncoder pooling
              ? pooling.pool(states)
              : Pooling.meanOfTokens(states.patches().hiddenStates());
      float[] values = pooled.toFloats();
      int size = values.length / images.size();
      return IntStream.range(0, images.size()).mapToObj(i -> unit(values, i * size, size)).toList();
    }
  }

  private static float[] unit(float[] values, int from, int size) {
    double squares = 0;
    for (int i = from; i < from + size; i++) {
      squares += (double) values[i] * values[i];
    }
    if (!(squares > 0) || Double.isInfinite(squares)) {
      throw new TensorException("the encoder's features of an image are zero or not finite");
    }
    float[] unit = new float[size];
    for (int i = 0; i < size; i++) {
      unit[i] = (float) (values[from + i] / Math.sqrt(squares));
    }
    return unit;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
