package io.vlm4j.models.fusion;

import io.vlm4j.prompt.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Texts in which a token says that the next image comes into sight. */
public final class Sights {
  private Sights() {}

  /**
   * Tokens as segments. Those before the first image see none; from an image's token on all see
   * that image.
   *
   * @param ids the whole sequence
   * @param imageTokenId stands for an image
   * @param endOfDocument the tokens after this one see no image until the next comes; -1 for none
   */
  public static List<Segment> split(int[] ids, int imageTokenId, int endOfDocument) {
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment.Sight(-1));
    int images = 0;
    int from = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == imageTokenId) {
        from = add(segments, ids, from, i);
        segments.add(new Segment.Sight(images++));
      } else if (ids[i] == endOfDocument) {
        from = add(segments, ids, from, i + 1);
        segments.add(new Segment.Sight(-1));
      }
    }
    add(segments, ids, from, ids.length);
    return segments;
  }

  private static int add(List<Segment> segments, int[] ids, int from, int to) {
    if (from < to) {
      segments.add(new Segment.Tokens(Arrays.copyOfRange(ids, from, to)));
    }
    return to;
  }
}
