package io.vlm4j.cli.golden;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.detect.ObjectDetectors;
import io.vlm4j.detect.OpenVocabularyDetectors;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.Catalogue;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswerers;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.imagebind.ImageBindModel;
import io.vlm4j.models.masked.MaskedLanguageModel;
import io.vlm4j.models.matching.TwoTowers;
import io.vlm4j.models.showandtell.ShowAndTellProvider;
import io.vlm4j.trace.Trace;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs the cases of one checkpoint in float32 and collects every tensor on the way. */
abstract class GoldenRunner implements AutoCloseable {
  /** Opens a checkpoint as what it is. */
  static GoldenRunner open(Path checkpoint) {
    ModelFolder folder = ModelFolder.open(checkpoint);
    if (ObjectDetectors.find(folder.config()).isPresent()) {
      return new ObjectDetectorRunner(checkpoint);
    }
    String modelType = folder.modelType();
    if (RegionQuestionAnswerers.find(folder).isPresent()) {
      return new RegionRunner(folder);
    } else if (DualEncoders.find(folder).isPresent()) {
      DualEncoder model = DualEncoders.load(folder, LoadOptions.FP32);
      if (model instanceof TwoTowers towers) {
        return new MatchingRunner(towers);
      }
      if (model instanceof ImageBindModel imageBind) {
        return new JointRunner(imageBind);
      }
      model.close();
    } else if (OpenVocabularyDetectors.find(modelType).isPresent()) {
      return new OpenVocabularyRunner(checkpoint);
    } else if (Catalogue.find(modelType).isPresent()) {
      VisionLanguageModel model = Catalogue.load(folder, LoadOptions.FP32);
      if (model instanceof FusionModel fusionModel) {
        return modelType.equals(ShowAndTellProvider.MODEL_TYPE)
            ? new CaptionRunner(fusionModel)
            : new FusionRunner(fusionModel);
      }
      model.close();
    } else if (MaskedLanguageModel.reads(folder.config())) {
      return new MaskedRunner(folder);
    } else if (Families.isLanguageModel(modelType)) {
      return new TextRunner(checkpoint);
    } else if (Families.isVisionEncoder(modelType)) {
      return new VisionRunner(folder);
    }
    throw new UnsupportedModelException(
        checkpoint + ": model_type '" + modelType + "' cannot be traced");
  }

  /** Runs a case. */
  final Map<String, Trace.Recorded> run(GoldenCase golden) {
    try (Trace trace = Trace.start()) {
      execute(golden);
      return withPlainNames(trace.tensors());
    }
  }

  abstract void execute(GoldenCase golden);

  @Override
  public abstract void close();

  /** The reference knows one kind of hidden states only: the one that the model is about. */
  private static Map<String, Trace.Recorded> withPlainNames(Map<String, Trace.Recorded> tensors) {
    Map<String, Trace.Recorded> named = new LinkedHashMap<>(tensors);
    boolean both =
        tensors.containsKey("text.hidden_states.0")
            && tensors.containsKey("vision.hidden_states.0");
    if (!both) {
      tensors.forEach(
          (name, tensor) -> {
            int prefix = name.indexOf(".hidden_states.");
            if (prefix > 0) {
              named.put(name.substring(prefix + 1), tensor);
            }
          });
    }
    return named;
  }
}
