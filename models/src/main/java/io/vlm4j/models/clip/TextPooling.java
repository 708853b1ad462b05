package io.vlm4j.models.clip;

import java.util.Arrays;

/** Which place of a text's last hidden state stands for the text. */
@FunctionalInterface
public interface TextPooling {
  /** The first of the largest ids: CLIP's end token is the last of its vocabulary. */
  TextPooling LARGEST_ID =
      ids -> {
        int largest = Arrays.stream(ids).max().orElseThrow();
        return first(largest).place(ids);
      };

  /** The last place, padding or not. */
  TextPooling LAST = ids -> ids.length - 1;

  /** The first place. */
  TextPooling FIRST = ids -> 0;

  /** The first place of a token; the text's first where it is not there. */
  static TextPooling first(int token) {
    return ids -> {
      for (int i = 0; i < ids.length; i++) {
        if (ids[i] == token) {
          return i;
        }
      }
      return 0;
    };
  }

  /**
   * The place.
   *
   * @param ids a text's tokens, with padding
   */
  int place(int... ids);
}
