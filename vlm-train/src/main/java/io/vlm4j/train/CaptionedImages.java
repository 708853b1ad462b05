package io.vlm4j.train;

import io.vlm4j.data.ImageSource;
import io.vlm4j.error.InvalidImageException;
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
      return names(source).size();
    }
  }

  /** The names of the images; of none there is nothing to learn. */
  List<String> names(ImageSource source) {
    List<String> names = source.names();
    if (names.isEmpty()) {
      throw new InvalidImageException(images + " holds no images; expected a folder or a zip file");
    }
    return names;
  }

  /** The captions of each image, in the order of the images' names. */
  List<List<String>> captionsOf(List<String> names) {
    var byImage = CaptionFile.read(captions, names);
    return names.stream().map(byImage::get).toList();
  }
}
