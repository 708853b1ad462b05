package io.vlm4j.models.twostream;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A text as the model reads it.
 *
 * @param ids its T tokens, those at its ends and padding included
 * @param segments 0 or 1 for each: to which of two texts it belongs
 * @param mask 1 for each token that others may look at, 0 for padding
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
public record TextTokens(int[] ids, int[] segments, float[] mask) {
  /** Checks that the parts are of one length. */
  public TextTokens {
    if (segments.length != ids.length || mask.length != ids.length) {
      throw new InvalidPromptException(
          "%d tokens with %d segments and a mask of %d; expected as many of each"
              .formatted(ids.length, segments.length, mask.length));
    }
  }

  /** One text, not padded. */
  public static TextTokens of(Tokenizer tokenizer, String text) {
    return of(tokenizer.encode(text));
  }

  /** The tokens of one text, not padded. */
  public static TextTokens of(int... ids) {
    return new TextTokens(ids, new int[ids.length], ones(ids.length));
  }

  /** Two texts in one sequence; the second follows the end of the first. */
  public static TextTokens of(Tokenizer tokenizer, String first, String second) {
    int[] before = tokenizer.encode(first);
    int[] after = tokenizer.encode(second); // its first token only begins a sequence
    int[] ids = IntStream.concat(Arrays.stream(before), Arrays.stream(after).skip(1)).toArray();
    int[] segments = new int[ids.length];
    Arrays.fill(segments, before.length, ids.length, 1);
    return new TextTokens(ids, segments, ones(ids.length));
  }

  /** T. */
  public int length() {
    return ids.length;
  }

  /** How many tokens are no padding. */
  int present() {
    return present(mask);
  }

  static int present(float... mask) {
    float sum = 0;
    for (float shown : mask) {
      sum += shown;
    }
    return Math.round(sum);
  }

  void record() {
    Trace.record("input_ids", asLongs(ids), 1, ids.length);
    Trace.record("token_type_ids", asLongs(segments), 1, ids.length);
    long[] shown = IntStream.range(0, mask.length).mapToLong(i -> Math.round(mask[i])).toArray();
    Trace.record("attention_mask", shown, 1, mask.length);
  }

  static long[] asLongs(int... values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  static float[] ones(int length) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
