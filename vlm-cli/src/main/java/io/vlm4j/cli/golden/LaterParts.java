package io.vlm4j.cli.golden;

import java.util.Set;

/** Reference tensors of parts that this library does not have yet; {@code verify} shows them. */
final class LaterParts {
  /** The text towers of CLIP and SigLIP, and the scores of image against text. */
  static final Set<String> NAMES =
      Set.of(
          "input_ids",
          "attention_mask",
          "text_embeds",
          "text_pooled",
          "text_last_hidden_state",
          "logits_per_image");

  private LaterParts() {}
}
