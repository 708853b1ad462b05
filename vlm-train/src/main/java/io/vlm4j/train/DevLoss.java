package io.vlm4j.train;

import io.vlm4j.tensor.TensorScope;
import java.util.List;
import java.util.stream.IntStream;

/** The loss on images that are not trained on, in nats a token. */
final class DevLoss {
  private final Trainee trainee;
  private final CaptionSet data;
  private final int batch;

  DevLoss(Trainee trainee, CaptionSet data, int batch) {
    this.trainee = trainee;
    this.data = data;
    this.batch = batch;
  }

  CaptionSet data() {
    return data;
  }

  /**
   * The mean over all captions' tokens.
   *
   * @param shift how many images further the image stands that captions are shown with: 0 for their
   *     own, else another's, which tells how much the model looks
   */
  double of(Parameters parameters, int shift) {
    int images = data.names().size();
    double sum = 0;
    long tokens = 0;
    for (int from = 0; from < images; from += batch) {
      List<Integer> some = IntStream.range(from, Math.min(images, from + batch)).boxed().toList();
      List<Schedule.Example> examples =
          some.stream().map(i -> new Schedule.Example(i, data.captions().get(i))).toList();
      try (TensorScope scope = TensorScope.open()) {
        Trainee.Prediction prediction =
            trainee.predict(
                parameters,
                data.features(some.stream().map(i -> (i + shift) % images).toList()),
                examples.stream().map(Schedule.Example::captions).toList());
        sum += prediction.loss(1).toFloats()[0];
      }
      tokens += CaptionBatch.count(examples);
    }
    return sum / tokens;
  }
}
