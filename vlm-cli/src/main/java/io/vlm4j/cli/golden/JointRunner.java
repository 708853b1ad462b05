package io.vlm4j.cli.golden;

import io.vlm4j.models.imagebind.ImageBindModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Optional;

/** Images, texts and sounds in one space. */
final class JointRunner extends GoldenRunner {
  private final ImageBindModel model;

  JointRunner(ImageBindModel model) {
    this.model = model;
  }

  @Override
  void execute(GoldenCase golden) {
    try (TensorScope scope = TensorScope.open()) {
      model.compare(golden.images(), golden.texts(), clips(golden));
    }
  }

  /** Spectrograms of files, or as the case holds them. */
  private Optional<Tensor> clips(GoldenCase golden) {
    return golden.sounds().isEmpty()
        ? golden.input("audio_mel")
        : Optional.of(model.spectrograms(golden.sounds()));
  }

  @Override
  public void close() {
    model.close();
  }
}
