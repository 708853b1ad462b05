package io.vlm4j.train;

import io.vlm4j.image.ImageSource;
import java.nio.file.Path;
import java.util.List;

/**
 * Images with their captions.
 *
 * @param images a folder or a zip file
 * @param captions a file of {@link CaptionFile}
 */
public record CaptionedImages(Path images, Path captions) {
  /** How many images there are. */
  public int imageCount() {
    try (ImageSource source = ImageSource.open(images)) {
      return source.names().size();
    }
  }

  /** The captions of each image, in the order of the images' names. */
  List<List<String>> captionsOf(List<String> names) {
    var byImage = CaptionFile.read(captions, names);
    return names.stream().map(byImage::get).toList();
  }
}
