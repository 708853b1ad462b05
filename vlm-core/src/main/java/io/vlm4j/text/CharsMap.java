package io.vlm4j.text;

import io.vlm4j.error.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * Checks a sentencepiece {@code precompiled_charsmap}: the length of a double-array trie in bytes,
 * the trie (darts-clone, units of 32 bits), and the replacement texts, which it points into. The
 * native code follows the trie without looking, so every unit that a text can reach must point
 * inside.
 */
final class CharsMap {
  private final IntBuffer units;
  private final byte[] texts;
  private final String origin;

  private CharsMap(IntBuffer units, byte[] texts, String origin) {
    this.units = units;
    this.texts = texts;
    this.origin = origin;
  }

  static void check(String base64, String origin) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException(origin + ": precompiled_charsmap is not base64", e);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long trieBytes = bytes.length < 4 ? -1 : Integer.toUnsignedLong(buffer.getInt());
    if (trieBytes < 4 || trieBytes > buffer.remaining() || trieBytes % 4 != 0) {
      throw new InvalidModelException(
          origin + ": precompiled_charsmap of " + bytes.length + " bytes holds no whole trie");
    }
    int units = (int) (trieBytes / 4);
    IntBuffer trie = buffer.slice(4, (int) trieBytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    byte[] texts = new byte[bytes.length - 4 - 4 * units];
    buffer.position(4 + 4 * units).get(texts);
    new CharsMap(trie, texts, origin).checkTrie();
  }

  private void checkTrie() {
    checkTexts();
    BitSet seen = new BitSet(units.limit());
    Deque<Integer> bases = new ArrayDeque<>();
    bases.add(offset(unitAt(0)));
    while (!bases.isEmpty()) {
      int base = bases.remove();
      for (int label = 1; label < 256; label++) {
        int position = base ^ label;
        int unit = unitAt(position);
        if (label(unit) == label && !seen.get(position)) {
          seen.set(position);
          int next = position ^ offset(unit);
          if (hasLeaf(unit)) {
            checkText(unitAt(next));
          }
          bases.add(next);
        }
      }
    }
  }

  private void checkTexts() {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      throw new InvalidModelException(origin + ": precompiled_charsmap's texts are not UTF-8", e);
    }
  }

  private void checkText(int leaf) {
    int start = leaf & 0x7FFF_FFFF;
    boolean insideCharacter = start < texts.length && (texts[start] & 0xC0) == 0x80;
    if (start > texts.length || insideCharacter) {
      throw new InvalidModelException(
          origin + ": precompiled_charsmap points to text " + start + " of " + texts.length);
    }
  }

  private int unitAt(int position) {
    if (position < 0 || position >= units.limit()) {
      throw new InvalidModelException(
          origin + ": precompiled_charsmap points to unit " + position + " of " + units.limit());
    }
    return units.get(position);
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  private static int label(int unit) {
    return unit & (1 << 31 | 0xFF);
  }

  private static boolean hasLeaf(int unit) {
    return (unit >>> 8 & 1) == 1;
  }
}
