package io.vlm4j.models.twostream;

/** What checkpoints call the tensors of a block of BERT. */
final class BlockNames {
  private BlockNames() {}

  /** Lines of a {@link io.vlm4j.weights.NameMap} for a block, or a list of them. */
  static String block(String from, String to) {
    return attention(from + ".attention", to + ".attention")
        + mlp(from + ".intermediate", from + ".output", to + ".mlp");
  }

  /** Lines for self-attention. */
  static String attention(String from, String to) {
    return """
        FROM.self.*             -> TO.*
        FROM.output.dense.*     -> TO.output.*
        FROM.output.LayerNorm.* -> TO.norm.*
        """
        .replace("FROM", from)
        .replace("TO", to);
  }

  /** Lines for a feed-forward. */
  static String mlp(String up, String down, String to) {
    return """
        UP.dense.*       -> TO.up.*
        DOWN.dense.*     -> TO.down.*
        DOWN.LayerNorm.* -> TO.norm.*
        """
        .replace("UP", up)
        .replace("DOWN", down)
        .replace("TO", to);
  }

  /** Lines for the embeddings of the text, without their norm. */
  static final String TEXT =
      """
      embeddings.word_embeddings.*       -> text.words.*
      embeddings.position_embeddings.*   -> text.positions.*
      embeddings.token_type_embeddings.* -> text.segments.*
      embeddings.position_ids            -> ignore
      """;

  /** Lines for the head of the masked words. */
  static final String WORDS =
      """
      cls.predictions.transform.dense.*     -> words.transform.*
      cls.predictions.transform.LayerNorm.* -> words.norm.*
      cls.predictions.decoder.weight        -> words.decoder.weight
      cls.predictions.decoder.bias          -> ignore
      cls.predictions.bias                  -> words.decoder.bias
      """;
}
