package io.vlm4j.eval.caption;

import io.vlm4j.eval.BatchedModel;
import io.vlm4j.image.ImageSource;
import io.vlm4j.prompt.Prompt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets a model caption the images of a data set. */
public final class CaptionWriter {
  private CaptionWriter() {}

  /**
   * Captions images.
   *
   * @param progress runs after each image
   * @return captions by image, in order
   * @throws io.vlm4j.error.InvalidImageException if an image is missing or damaged: a score without
   *     it would not be that of the data set
   */
  public static Map<String, String> write(
      BatchedModel model, List<String> images, ImageSource source, Runnable progress) {
    List<String> written =
        model.write(images, image -> Prompt.caption(source.read(image)), progress);
    Map<String, String> captions = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      captions.put(images.get(i), written.get(i));
    }
    return captions;
  }
}
