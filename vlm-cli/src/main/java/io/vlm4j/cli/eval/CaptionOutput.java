package io.vlm4j.cli.eval;

import io.vlm4j.cli.Json;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.eval.caption.CaptionResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Captions with their scores, as JSON lines. */
final class CaptionOutput {
  private CaptionOutput() {}

  static void write(Path file, CaptionResult result) {
    List<String> lines =
        IntStream.range(0, result.captions().size()).mapToObj(i -> line(result, i)).toList();
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new InvalidOptionException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  static double rounded(double score) {
    return Math.round(score * 1e6) / 1e6;
  }

  private static String line(CaptionResult result, int index) {
    CaptionResult.Compared compared = result.captions().get(index);
    Map<String, Double> scores = new LinkedHashMap<>();
    result.scoresOf(index).forEach((name, score) -> scores.put(name, rounded(score)));
    return new Json()
        .put("image", compared.image())
        .put("caption", compared.caption())
        .put("references", compared.references())
        .put("scores", scores)
        .toString();
  }
}
