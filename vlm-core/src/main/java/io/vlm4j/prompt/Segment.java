package io.vlm4j.prompt;

import java.util.Arrays;

/** A stretch of the model's input sequence. */
public sealed interface Segment {
  /** Positions that it takes. */
  int length();

  /** Tokens of text. */
  final class Tokens implements Segment {
    private final int[] ids;

    /** Copies the ids. */
    public Tokens(int... ids) {
      this.ids = ids.clone();
    }

    /** The token ids. */
    public int[] ids() {
      return ids.clone();
    }

    @Override
    public int length() {
      return ids.length;
    }

    @Override
    public String toString() {
      return "Tokens" + Arrays.toString(ids);
    }
  }

  /**
   * Places that an image's embeddings take; those of one image may be spread over several slots.
   *
   * @param image which of the prompt's images
   * @param start the first of the image's embeddings
   * @param length how many of them
   */
  record MediaSlot(int image, int start, int length) implements Segment {}

  /**
   * Takes no position: the tokens from here on attend to an image that stands beside the sequence.
   *
   * @param image which of the prompt's images; negative for none
   */
  record Sight(int image) implements Segment {
    @Override
    public int length() {
      return 0;
    }
  }
}
