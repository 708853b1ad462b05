package io.vlm4j.benchmarks;

import io.vlm4j.image.Image;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.models.DefaultModel;
import io.vlm4j.models.ModelFolder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Preprocessing of a photo for DINOv2: bicubic resize to 224 x 224, rescaling, normalisation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ResizeBenchmark {
  @Param({"640x480", "4000x3000"})
  public String size;

  private Image image;
  private ImageProcessor processor;

  @Setup
  public void load() {
    String[] sides = size.split("x", -1);
    int width = Integer.parseInt(sides[0]);
    int height = Integer.parseInt(sides[1]);
    byte[] rgb = new byte[3 * width * height];
    new Random(3).nextBytes(rgb);
    image = Image.ofRgb(width, height, rgb);
    processor = ModelFolder.open(DefaultModel.folder().resolve("encoder")).imageProcessor();
  }

  @Benchmark
  public float process() {
    return processor.process(image).pixelValues()[0];
  }
}
