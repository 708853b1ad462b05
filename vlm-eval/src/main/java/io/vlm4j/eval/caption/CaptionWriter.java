package io.vlm4j.eval.caption;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.data.ImageSource;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets a model caption the images of a data set, several side by side. */
public final class CaptionWriter {
  private final VisionLanguageModel model;
  private final GenerationOptions options;
  private final int batch;

  /**
   * @param model is another's to close
   * @param options how captions are generated
   * @param batch images that are captioned together, at least 1
   */
  public CaptionWriter(VisionLanguageModel model, GenerationOptions options, int batch) {
    this.model = model;
    this.options = options;
    this.batch = batch;
  }

  /**
   * Captions images.
   *
   * @param progress runs after each image
   * @return captions by image, in order
   * @throws io.vlm4j.error.InvalidImageException if an image is missing or damaged: a score without
   *     it would not be that of the data set
   */
  public Map<String, String> write(List<String> images, ImageSource source, Runnable progress) {
    Map<String, String> captions = new LinkedHashMap<>();
    for (int from = 0; from < images.size(); from += batch) {
      List<String> names = images.subList(from, Math.min(images.size(), from + batch));
      List<Image> pictures = names.stream().map(source::read).toList();
      List<Generation> generations =
          model.generate(pictures.stream().map(Prompt::caption).toList(), options);
      for (int i = 0; i < names.size(); i++) {
        captions.put(names.get(i), generations.get(i).text().strip());
        progress.run();
      }
    }
    return captions;
  }
}
