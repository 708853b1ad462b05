package io.vlm4j.models.detr;

import io.vlm4j.detect.Box;
import io.vlm4j.detect.BoxList;
import io.vlm4j.detect.Detection;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.DetectionTrace;
import io.vlm4j.detect.FiniteNumbers;
import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.Regions;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.models.Resources;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.nn.Linear;
import io.vlm4j.spi.StagedVisionEncoder;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** DETR: each query is one thing, or nothing. */
final class DetrDetector implements ObjectDetector {
  /** The lowest number, which hides a place unless all are hidden. */
  private static final double HIDDEN = -Float.MAX_VALUE;

  /** As the reference's post-processing; queries do not overlap, so that all of them count. */
  private static final DetectionOptions DEFAULTS = new DetectionOptions(0.5, 1);

  private final Preprocessing preprocessing;
  private final Backbone backbone;
  private final DetrTransformer transformer;
  private final Heads heads;
  private final List<String> labels;
  private final Resources resources;

  /**
   * From images to pixels.
   *
   * @param padTo height and width of all images; empty for those of the largest
   */
  record Preprocessing(ImageProcessor processor, Optional<int[]> padTo, Device device) {}

  /**
   * From pixels to places.
   *
   * @param stage the stage that is read
   * @param projection to the transformer's width
   */
  record Backbone(
      StagedVisionEncoder encoder, int stage, Convolution projection, DetrPositions positions) {}

  /**
   * What is made of a query's state.
   *
   * @param classes logits; the last one is "no object"
   * @param boxes layers to centre, width and height
   */
  record Heads(Linear classes, List<Linear> boxes, int featureSize) {}

  DetrDetector(
      Preprocessing preprocessing,
      Backbone backbone,
      DetrTransformer transformer,
      Heads heads,
      List<String> labels,
      Resources resources) {
    this.preprocessing = preprocessing;
    this.backbone = backbone;
    this.transformer = transformer;
    this.heads = heads;
    this.labels = List.copyOf(labels);
    this.resources = resources;
  }

  @Override
  public DetectionOptions defaults() {
    return DEFAULTS;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int featureSize() {
    return heads.featureSize();
  }

  @Override
  public List<List<Detection>> detect(List<Image> images, DetectionOptions options) {
    if (images.isEmpty()) {
      return List.of();
    }
    try (TensorScope scope = TensorScope.open()) {
      Outputs outputs = outputs(images);
      List<List<Detection>> all = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        List<BoxList.Entry> found = new ArrayList<>();
        for (BoxList.Entry query : outputs.queries(i, images.get(i))) {
          if (query.score() > (float) options.threshold()) {
            found.add(query);
          }
        }
        all.add(found.stream().map(this::detection).toList());
      }
      DetectionTrace.record("post_", all.stream().flatMap(List::stream).toList());
      return all.stream().map(found -> best(found, options)).toList();
    }
  }

  /** The queries whose likeliest class is not "no object". */
  @Override
  public Regions regions(Image image, int atMost) {
    try (TensorScope scope = TensorScope.open()) {
      Outputs outputs = outputs(List.of(image));
      List<BoxList.Entry> best =
          outputs.queries(0, image).stream()
              .filter(query -> query.score() > outputs.nothing(query.source()))
              .sorted(Comparator.comparingDouble(BoxList.Entry::score).reversed())
              .limit(Math.max(0, atMost))
              .toList();
      long[] rows = best.stream().mapToLong(BoxList.Entry::source).toArray();
      Tensor index =
          KernelLibrary.shared()
              .call("to_device_of", Tensor.of(rows, rows.length), outputs.states());
      return new Regions(
          scope.keep(flat(outputs.states()).select(0, index)),
          best.stream().map(DetrDetector::box).toList(),
          scope.keep(flat(outputs.probabilities()).select(0, index)),
          image.width(),
          image.height());
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  /** Several boxes of one class count as long as they do not overlap too much. */
  private static List<Detection> best(List<Detection> found, DetectionOptions options) {
    BoxList boxes = new BoxList();
    for (int i = 0; i < found.size(); i++) {
      Detection d = found.get(i);
      Box b = d.box();
      boxes.add(
          new BoxList.Entry(i, d.labelId(), d.score(), b.xMin(), b.yMin(), b.xMax(), b.yMax()));
    }
    return boxes.distinct(options.overlap(), found.size()).stream()
        .map(entry -> found.get(entry.source()))
        .toList();
  }

  private Detection detection(BoxList.Entry query) {
    return new Detection(labels.get(query.group()), query.group(), query.score(), box(query));
  }

  private static Box box(BoxList.Entry query) {
    return new Box(query.xMin(), query.yMin(), query.xMax(), query.yMax());
  }

  private static Tensor flat(Tensor ofQueries) {
    return ofQueries.view(-1, ofQueries.size(2));
  }

  private Outputs outputs(List<Image> images) {
    try (TensorScope scope = TensorScope.open()) {
      PaddedImages padded =
          PaddedImages.of(
              images.stream().map(preprocessing.processor()::process).toList(),
              preprocessing.padTo(),
              preprocessing.device());
      Tensor states = states(padded);
      Tensor logits = heads.classes().forward(states);
      Tensor boxes = boxes(states);
      Trace.record("logits", () -> logits);
      Trace.record("pred_boxes", () -> boxes);
      Tensor probabilities = logits.softmax();
      return new Outputs(
          scope.keep(states),
          scope.keep(probabilities),
          FiniteNumbers.require(probabilities.toFloats()),
          FiniteNumbers.require(boxes.toFloats()));
    }
  }

  private Tensor states(PaddedImages padded) {
    List<Tensor> stages = backbone.encoder().stages(padded.pixelValues());
    Tensor map = backbone.projection().forward(stages.get(backbone.stage()));
    int height = map.size(2);
    int width = map.size(3);
    Tensor seen = KernelLibrary.shared().call("nearest", padded.mask(), height, width);
    Tensor features =
        map.view(map.size(0), map.size(1), (long) height * width).transpose(1, 2).contiguous();
    Tensor places = backbone.positions().of(seen);
    Tensor hidden = KernelLibrary.shared().call("hidden_where_zero", seen, HIDDEN);
    return transformer.forward(
        features, places, hidden.view(map.size(0), 1, 1, (long) height * width));
  }

  private Tensor boxes(Tensor states) {
    Tensor hidden = states;
    for (int i = 0; i < heads.boxes().size(); i++) {
      hidden = heads.boxes().get(i).forward(hidden);
      if (i < heads.boxes().size() - 1) {
        hidden = Activation.RELU.forward(hidden);
      }
    }
    return KernelLibrary.shared().call("sigmoid", hidden);
  }

  /**
   * What became of the queries of some images.
   *
   * @param states float32 [B, Q, D]
   * @param probabilities float32 [B, Q, classes + 1]
   * @param shares the same as numbers
   * @param centred [B, Q, 4] centre, width and height as shares of the image
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Outputs(Tensor states, Tensor probabilities, float[] shares, float[] centred) {
    /** All queries of an image: the likeliest class that is a thing, and the box in pixels. */
    List<BoxList.Entry> queries(int image, Image picture) {
      int count = states.size(1);
      int classes = probabilities.size(2);
      List<BoxList.Entry> queries = new ArrayList<>();
      for (int query = image * count; query < (image + 1) * count; query++) {
        int best = 0;
        for (int label = 1; label < classes - 1; label++) {
          boolean better = shares[query * classes + label] > shares[query * classes + best];
          best = better ? label : best;
        }
        float x = centred[4 * query];
        float y = centred[4 * query + 1];
        float halfWidth = 0.5f * centred[4 * query + 2];
        float halfHeight = 0.5f * centred[4 * query + 3];
        queries.add(
            new BoxList.Entry(
                query,
                best,
                shares[query * classes + best],
                (x - halfWidth) * picture.width(),
                (y - halfHeight) * picture.height(),
                (x + halfWidth) * picture.width(),
                (y + halfHeight) * picture.height()));
      }
      return queries;
    }

    /** The probability that a query is no object. */
    float nothing(int query) {
      int classes = probabilities.size(2);
      return shares[(query + 1) * classes - 1];
    }
  }
}
