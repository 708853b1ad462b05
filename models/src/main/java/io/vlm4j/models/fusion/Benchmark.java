package io.vlm4j.models.fusion;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Media;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Times the parts of a model. */
public final class Benchmark {
  private static final int MEMORY_ELEMENTS = 64 << 20;

  private final FusionModel model;

  private Benchmark(FusionModel model) {
    this.model = model;
  }

  /** The parts of a model. */
  public static Benchmark of(VisionLanguageModel model) {
    if (model instanceof FusionModel prefix) {
      return new Benchmark(prefix);
    }
    throw new UnsupportedModelException(
        "the benchmark takes models of an encoder and a language model; this is "
            + model.getClass().getSimpleName());
  }

  /** A picture of noise, 640 x 480; no two of other seeds are equal. */
  public static Image image(int seed) {
    byte[] rgb = new byte[640 * 480 * 3];
    new Random(seed).nextBytes(rgb);
    return Image.ofRgb(640, 480, rgb);
  }

  /** Preprocessing, encoder and connector; several images go together. */
  public double encodeMillis(List<Image> images) {
    long start = System.nanoTime();
    try (TensorScope scope = TensorScope.open()) {
      List<Media> media = images.stream().map(Media::of).toList();
      model.visualPath().embed(media, "").get(0).embeddings().toFloats();
    }
    return (System.nanoTime() - start) / 1e6;
  }

  /** The pass over a prompt. */
  public double prefillTokensPerSecond(int tokens) {
    LanguageModel language = model.language().model();
    try (TensorScope scope = TensorScope.open();
        DecodeState state = language.newState(1, tokens)) {
      Tensor embeddings = embeddings(language, tokens);
      long start = System.nanoTime();
      language.forward(embeddings, state, Logits.LAST).toFloats();
      return tokens * 1e9 / (System.nanoTime() - start);
    }
  }

  /** Greedy steps after a prompt. */
  public double decodeTokensPerSecond(int promptTokens, int tokens) {
    LanguageModel language = model.language().model();
    try (DecodeState state = language.newState(1, promptTokens + tokens)) {
      try (TensorScope scope = TensorScope.open()) {
        language.forward(embeddings(language, promptTokens), state, Logits.LAST);
      }
      int[] next = {1};
      long start = System.nanoTime();
      for (int i = 0; i < tokens; i++) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor logits = language.step(next, state);
          next[0] = KernelLibrary.shared().call("argmax", logits).toInts()[0];
        }
      }
      return tokens * 1e9 / (System.nanoTime() - start);
    }
  }

  /** Bytes of weights that one step reads: those of the linear layers. */
  public double bytesPerToken() {
    return model.language().model().stepBytes();
  }

  /** How fast memory is read in one long sweep on all threads. */
  public static double memoryBytesPerSecond() {
    KernelLibrary kernels = KernelLibrary.shared();
    try (TensorScope scope = TensorScope.open()) {
      Tensor block = Tensor.of(new float[] {1}, 1).expand(MEMORY_ELEMENTS).copy();
      double best = 0;
      for (int i = 0; i < 3; i++) {
        long start = System.nanoTime();
        kernels.call("sum", block).toFloats();
        best = Math.max(best, 4.0 * MEMORY_ELEMENTS * 1e9 / (System.nanoTime() - start));
      }
      return best;
    }
  }

  private static Tensor embeddings(LanguageModel language, int tokens) {
    int[] ids = new int[tokens];
    Arrays.setAll(ids, i -> 3 + i % Math.min(1000, language.vocabularySize() - 3));
    return language.embed(ids).view(1, tokens, language.hiddenSize());
  }
}
