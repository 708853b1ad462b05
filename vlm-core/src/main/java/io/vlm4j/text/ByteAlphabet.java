package io.vlm4j.text;

import java.util.ArrayList;
import java.util.List;

/** The letters that byte-level vocabularies write for bytes, so that each byte can be seen. */
final class ByteAlphabet {
  private static final int BYTES = 256;

  private ByteAlphabet() {}

  /** The letters in the order of GPT-2: first those that are what they look like, then the rest. */
  static List<String> inOrder() {
    List<String> letters = new ArrayList<>(BYTES);
    List<String> others = new ArrayList<>();
    for (int value = 0; value < BYTES; value++) {
      if (isVisible(value)) {
        letters.add(Character.toString(value));
      } else {
        others.add(Character.toString(BYTES + others.size()));
      }
    }
    letters.addAll(others);
    return letters;
  }

  private static boolean isVisible(int value) {
    boolean ascii = '!' <= value && value <= '~';
    return ascii || (value >= 0xa1 && value != 0xad); // Latin-1 but for its soft hyphen
  }
}
