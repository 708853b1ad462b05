package io.vlm4j.llm.lstm;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;

/**
 * The shape of a recurrent language model.
 *
 * @param vocabularySize number of words V
 * @param embeddingSize width D of the inputs
 * @param hiddenSize width H of the states
 * @param layers number of layers
 */
record LstmConfig(int vocabularySize, int embeddingSize, int hiddenSize, int layers) {
  LstmConfig {
    if (vocabularySize < 1 || embeddingSize < 1 || hiddenSize < 1 || layers < 1) {
      throw new InvalidModelException(
          "vocab_size, embed_size, hidden_size and num_layers must be positive; they are %d, %d, %d, %d"
              .formatted(vocabularySize, embeddingSize, hiddenSize, layers));
    }
  }

  /**
   * {@code model_type} lstm.
   *
   * @param layersInCheckpoint how many there are if the configuration does not say it
   */
  static LstmConfig of(JsonNode json, int layersInCheckpoint) {
    return new LstmConfig(
        json.getInt("vocab_size"),
        json.getInt("embed_size"),
        json.getInt("hidden_size"),
        json.getInt("num_layers", layersInCheckpoint));
  }
}
