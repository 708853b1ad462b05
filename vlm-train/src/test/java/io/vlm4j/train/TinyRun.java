package io.vlm4j.train;

import io.vlm4j.TinyModels;
import io.vlm4j.tensor.DType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small images with captions, and runs on them. */
final class TinyRun {
  static final int IMAGES = 10;

  private TinyRun() {}

  /** Ten images of two captions each. */
  static CaptionedImages data(Path folder) {
    Random random = new Random(5);
    StringBuilder captions = new StringBuilder();
    try {
      Path images = Files.createDirectories(folder.resolve("images"));
      for (int i = 0; i < IMAGES; i++) {
        BufferedImage image = new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 320; pixel++) {
          image.setRGB(pixel % 20, pixel / 20, random.nextInt(1 << 24));
        }
        ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
        captions.append(i + ".png\ta dog number " + i + " runs\n" + i + ".png\tthe red house\n");
      }
      Path file = Files.writeString(folder.resolve("captions.tsv"), captions);
      return new CaptionedImages(images, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TrainingParts parts(Path folder) {
    Path model = folder.resolve("model");
    return TrainingParts.of(Files.exists(model) ? model : TinyModels.assembled(model));
  }

  static TrainingOptions options(int batch, int accumulate) {
    return new TrainingOptions(7, batch, accumulate, 0.01, 2, 1, 0.05, 3);
  }

  /** One caption of each image, and all as what is not trained on. */
  static CaptionTraining captions(CaptionedImages data) {
    return new CaptionTraining(data, Optional.of(data), 1);
  }

  static TrainingRun run(Path out, boolean resume) {
    return run(out, resume, 4);
  }

  static TrainingRun run(Path out, boolean resume, int sampleEvery) {
    return new TrainingRun(
        out,
        resume,
        out.resolveSibling("cache"),
        DType.FLOAT32,
        3,
        sampleEvery,
        1,
        Optional.empty(),
        false);
  }
}
