package io.vlm4j;

import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.generate.TokenListener;
import io.vlm4j.prompt.Prompt;

/**
 * A series of prompts to one model. Images that came before are not encoded again as long as there
 * is {@linkplain LoadOptions#imageCacheBytes() room} for them, and positions that the last prompt
 * began with are not computed again; the answers are the same as without. Calls on one session run
 * one after the other.
 */
public interface Session extends AutoCloseable {
  /** As {@link VisionLanguageModel#generate}. */
  default Generation generate(Prompt prompt, GenerationOptions options) {
    return stream(prompt, options, token -> {});
  }

  /** As {@link VisionLanguageModel#stream}. */
  Generation stream(Prompt prompt, GenerationOptions options, TokenListener listener);

  /** Positions of the last prompt that were taken from the one before. */
  int reusedPositions();

  @Override
  void close();
}
