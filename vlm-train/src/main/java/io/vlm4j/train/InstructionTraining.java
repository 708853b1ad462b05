package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidOptionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What LLaVA's second stage reads: conversations about images; the connector and what is wanted of
 * the language model learn.
 *
 * @param images a folder or a zip file
 * @param data a file in LLaVA's format, JSON or JSON lines
 * @param dev such a file about images of the same source, of which the loss is also taken
 * @param tuning what of the language model learns
 * @param connectorLearningRate the connector's largest learning rate
 * @param maxTokens of a conversation's text; exchanges beyond are left out
 * @see <a href="https://arxiv.org/abs/2304.08485">LLaVA</a>
 */
public record InstructionTraining(
    Path images,
    Path data,
    Optional<Path> dev,
    LanguageTuning tuning,
    double connectorLearningRate,
    int maxTokens) {
  /** Checks the numbers. */
  public InstructionTraining {
    if (!(connectorLearningRate >= 0 && connectorLearningRate < 10)) {
      throw new InvalidOptionException(
          "connector-lr is " + connectorLearningRate + "; expected 0 to less than 10");
    }
    if (maxTokens < 1) {
      throw new InvalidOptionException("max-tokens is " + maxTokens + "; expected 1 or more");
    }
  }

  /**
   * How many passes show each conversation once.
   *
   * @param batch conversations a pass
   */
  public int passesPerEpoch(int batch) {
    List<JsonNode> rows = DataFiles.jsonRows(data);
    int seeing = (int) rows.stream().filter(row -> row.has("image")).count();
    int blind = languageLearns() ? rows.size() - seeing : 0;
    return passes(seeing, batch) + passes(blind, batch);
  }

  private static int passes(int conversations, int batch) {
    return (conversations + batch - 1) / batch;
  }

  /** True if not only the connector learns. */
  boolean languageLearns() {
    return !(tuning instanceof LanguageTuning.None);
  }
}
