package io.vlm4j.train;

import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A conversation as tokens.
 *
 * @param id its name
 * @param image where its image is among the images, if it has one
 * @param imageAt how many tokens stand before the image; 0 without one
 * @param tokens of the text
 * @param targets for each token what is to be predicted there, or {@link #NOTHING}
 * @param question the first, in words
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record Conversation(
    String id, OptionalInt image, int imageAt, int[] tokens, int[] targets, String question) {
  /** What a token of a prompt is to predict. */
  static final int NOTHING = -1;

  /** How many tokens are learnt. */
  long learnt() {
    return Arrays.stream(targets).filter(target -> target != NOTHING).count();
  }

  /** Its first question, about the image if it has one. */
  Prompt prompt(Optional<Image> image) {
    Prompt.Builder builder = Prompt.builder();
    image.ifPresent(builder::image);
    return builder.text(question).build();
  }
}
