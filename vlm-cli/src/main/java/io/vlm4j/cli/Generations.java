package io.vlm4j.cli;

import io.vlm4j.generate.Generation;

/** What is printed of a generation. */
final class Generations {
  private Generations() {}

  /** Adds times and the number of tokens. */
  static Json toJson(Json json, Generation generation) {
    return json.put("encode_ms", Json.millis(generation.encodeMillis()))
        .put("prefill_ms", Json.millis(generation.prefillMillis()))
        .put("decode_ms", Json.millis(generation.decodeMillis()))
        .put("tokens", generation.tokenIds().length);
  }
}
