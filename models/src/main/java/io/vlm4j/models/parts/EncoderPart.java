package io.vlm4j.models.parts;

import io.vlm4j.LoadOptions;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.vision.VisionModel;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Device;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;

/**
 * A vision encoder and its preprocessing.
 *
 * @param encoder the encoder
 * @param processor images to pixel values
 * @param device where the encoder computes
 */
public record EncoderPart(VisionEncoder encoder, ImageProcessor processor, Device device)
    implements AutoCloseable {
  /** Passes over what checkpoints of whole systems hold between their encoder and the words. */
  private static final NameMap WITHOUT_HEADS =
      NameMap.parse(
          """
          classifier.*            -> ignore
          visual_projection.*     -> ignore
          text_encoder.*          -> ignore
          text_decoder.*          -> ignore
          text_proj.*             -> ignore
          vision_proj.*           -> ignore
          vision_projection.*     -> ignore
          embeddings.word_embeddings.*     -> ignore
          embeddings.position_embeddings.* -> ignore
          itm_head.*              -> ignore
          query_tokens            -> ignore
          qformer.*               -> ignore
          language_projection.*   -> ignore
          language_model.*        -> ignore
          *                       -> *
          """);

  /** Reads a folder in the hub's layout; of CLIP, BLIP and the like the vision tower alone. */
  public static EncoderPart load(Path path, LoadOptions options) {
    ModelFolder folder = ModelFolder.open(path, options);
    ImageProcessor processor = folder.imageProcessor();
    Weights weights =
        Weights.of(folder.weights(), options.placement(), options.progress())
            .mapped(VisionModel.VISION_SIDE)
            .mapped(WITHOUT_HEADS);
    return Loading.checked(
        Families.visionEncoder(folder.config(), weights),
        weights,
        encoder -> new EncoderPart(encoder, processor, options.placement().device()));
  }

  @Override
  public void close() {
    encoder.close();
  }
}
