package io.vlm4j.cli;

import io.vlm4j.LoadOptions;
import io.vlm4j.Session;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.models.fusion.Benchmark;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.NativeHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a model on this machine. */
@Command(name = "bench", description = "Measure loading, encoding, prefill and decoding.")
final class BenchCommand implements Callable<Integer> {
  private static final int TOGETHER = 8;

  @Mixin private ModelOptions modelOptions;

  @Option(
      names = "--prompt-tokens",
      defaultValue = "256",
      description = "Positions of the prefill (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--decode-tokens",
      defaultValue = "128",
      description = "Tokens that are decoded (default: ${DEFAULT-VALUE}).")
  private int decodeTokens;

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Counted runs, after a warm-up (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--soak",
      paramLabel = "N",
      description = "Instead: N captions in a row, and every hundred what they leave in memory.")
  private int soak;

  @Option(
      names = "--shots",
      paramLabel = "N",
      description = "Instead: queries after N examples that a session holds, and without examples.")
  private int shots;

  @Option(names = "--json", description = "A JSON object a figure.")
  private boolean json;

  private int imagesMade;

  @Override
  public Integer call() throws IOException {
    LoadOptions options = modelOptions.loadOptions();
    long start = System.nanoTime();
    try (VisionLanguageModel model = VisionLanguageModel.load(modelOptions.folder(), options)) {
      print("load_ms", new double[] {millisSince(start)});
      if (soak > 0) {
        soak(model);
        return 0;
      }
      if (shots > 0) {
        fewShot(model);
        return 0;
      }
      Benchmark benchmark = Benchmark.of(model);
      List<Image> images = Stream.generate(this::newImage).limit(TOGETHER).toList();
      print("encode_ms", measure(() -> benchmark.encodeMillis(images.subList(0, 1))));
      print("encode_8_ms", measure(() -> benchmark.encodeMillis(images)));
      print("prefill_tokens_per_s", measure(() -> benchmark.prefillTokensPerSecond(promptTokens)));
      double[] decode = measure(() -> benchmark.decodeTokensPerSecond(promptTokens, decodeTokens));
      print("decode_tokens_per_s", decode);
      print("caption_ms", measure(() -> captionMillis(model, newImage())));
      print("captions_8_ms", measure(() -> captionsMillis(model)));
      askTwice(model);
      double peak = statusMegabytes("VmHWM:"); // before the block that the bandwidth is measured on
      double[] bandwidth = measure(Benchmark::memoryBytesPerSecond);
      double reference = Arrays.stream(bandwidth).max().orElse(Double.NaN);
      double bytes = benchmark.bytesPerToken();
      print(
          "membw_fraction", Arrays.stream(decode).map(rate -> rate * bytes / reference).toArray());
      print("peak_rss_mb", new double[] {peak});
    }
    return 0;
  }

  /** Native handles and resident memory must stay where they are after the first captions. */
  private void soak(VisionLanguageModel model) throws IOException {
    for (int i = 1; i <= soak; i++) {
      captionMillis(model, newImage());
      if (i % 100 == 0 || i == soak) {
        print("live_handles_after_" + i, new double[] {NativeHandle.liveCount()});
        print("rss_mb_after_" + i, new double[] {statusMegabytes("VmRSS:")});
      }
    }
  }

  /** In turns, with a new image each time; the session's answers must be the model's. */
  private void fewShot(VisionLanguageModel model) {
    double[] after = new double[runs];
    double[] without = new double[runs];
    List<Image> shown = Stream.generate(this::newImage).limit(shots).toList();
    try (Session session = model.session()) {
      for (int i = -1; i < runs; i++) {
        Image query = newImage();
        Prompt.Builder prompt = Prompt.builder();
        shown.forEach(image -> prompt.example(image, "a picture of noise"));
        Prompt full = prompt.query(query).build();
        long start = System.nanoTime();
        Generation cached = session.generate(full, twentyTokens());
        double millis = millisSince(start);
        double alone = captionMillis(model, query);
        requireEqual(model.generate(full, twentyTokens()), cached);
        if (i >= 0) { // the first pays for the examples
          after[i] = millis;
          without[i] = alone;
        }
      }
    }
    print("query_after_examples_ms", after.clone());
    print("query_alone_ms", without.clone());
    print("ratio", new double[] {median(after) / median(without)});
  }

  /** From a question to the answer's first token, for a new image and for one that was asked of. */
  private void askTwice(VisionLanguageModel model) {
    double[] first = new double[runs];
    double[] second = new double[runs];
    try (Session session = model.session()) {
      for (int i = -1; i < runs; i++) {
        Image image = newImage();
        double one = firstTokenMillis(session, Prompt.of(image, "What is in this picture?"));
        double other = firstTokenMillis(session, Prompt.of(image, "How many people are there?"));
        if (i >= 0) {
          first[i] = one;
          second[i] = other;
        }
      }
    }
    print("first_question_ms", first);
    print("second_question_ms", second);
  }

  private static double firstTokenMillis(Session session, Prompt prompt) {
    long start = System.nanoTime();
    session.generate(prompt, GenerationOptions.builder().maxNewTokens(1).sampling(false).build());
    return millisSince(start);
  }

  /** The model remembers images, so each run has its own. */
  private Image newImage() {
    return Benchmark.image(imagesMade++);
  }

  private static void requireEqual(Generation expected, Generation actual) {
    if (!Arrays.equals(expected.tokenIds(), actual.tokenIds())) {
      throw new IllegalStateException("the session answers otherwise than the model");
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static GenerationOptions twentyTokens() {
    return GenerationOptions.builder().maxNewTokens(20).minNewTokens(20).sampling(false).build();
  }

  private double[] measure(DoubleSupplier run) {
    return DoubleStream.generate(run).limit(runs + 1L).skip(1).sorted().toArray();
  }

  private static double captionMillis(VisionLanguageModel model, Image image) {
    long start = System.nanoTime();
    Generation generation = model.generate(Prompt.caption(image), twentyTokens());
    if (generation.tokenIds().length != 20) {
      throw new IllegalStateException("a caption of " + generation.tokenIds().length + " tokens");
    }
    return millisSince(start);
  }

  /** Eight new images that are captioned side by side. */
  private double captionsMillis(VisionLanguageModel model) {
    List<Prompt> prompts =
        Stream.generate(() -> Prompt.caption(newImage())).limit(TOGETHER).toList();
    long start = System.nanoTime();
    model.generate(prompts, twentyTokens());
    return millisSince(start);
  }

  private void print(String figure, double[] values) {
    Arrays.sort(values);
    double median = median(values);
    double min = values[0];
    double max = values[values.length - 1];
    if (json) {
      System.out.println(
          new Json()
              .put("figure", figure)
              .put("dtype", modelOptions.dtype())
              .put("min", rounded(min))
              .put("median", rounded(median))
              .put("max", rounded(max)));
    } else {
      System.out.printf("%-22s %10.2f  (%.2f to %.2f)%n", figure, median, min, max);
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /** A line of the operating system's status of this process; NaN if it has none. */
  private static double statusMegabytes(String key) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return Double.NaN;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(key))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", "")) / 1024)
        .findFirst()
        .orElse(Double.NaN);
  }
}
