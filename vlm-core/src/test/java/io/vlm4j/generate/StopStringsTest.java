package io.vlm4j.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  @Test
  void withholdsWhatCouldBeAStopString() {
    StopStrings stops = new StopStrings(List.of("</s>", "\n\n"));
    assertEquals("a ", stops.push("a <"));
    assertEquals("", stops.push("/"));
    assertEquals("</b> ", stops.push("b> \n"));
    assertEquals("\nc", stops.push("c"));
    assertEquals("", stops.push("</"));
    assertEquals("", stops.push("s> rest"));
    assertTrue(stops.found());
    assertEquals("", stops.push("more") + stops.finish());
  }

  @Test
  void withheldTextComesAtTheEnd() {
    StopStrings stops = new StopStrings(List.of("stop"));
    assertEquals("it ", stops.push("it sto"));
    assertEquals("sto", stops.finish());
  }

  @Test
  void piecesMakeNoDifference() {
    Random random = new Random(4);
    for (int round = 0; round < 2000; round++) {
      String text = letters(random, 20);
      List<String> stopStrings =
          List.of(letters(random, 1 + random.nextInt(4)), letters(random, 1 + random.nextInt(4)));
      StopStrings stops = new StopStrings(stopStrings);
      StringBuilder out = new StringBuilder();
      int end = text.length(); // of the shortest beginning of the text that has a stop string
      for (String stop : stopStrings) {
        int at = text.indexOf(stop);
        end = at < 0 ? end : Math.min(end, at + stop.length());
      }
      for (int i = 0; i < text.length() && !stops.found(); i++) {
        out.append(stops.push(text.substring(i, i + 1)));
      }
      out.append(stops.finish());
      String expected = text.substring(0, end);
      int cut =
          stopStrings.stream()
              .mapToInt(expected::indexOf)
              .filter(at -> at >= 0)
              .min()
              .orElse(expected.length());
      assertEquals(expected.substring(0, cut), out.toString(), text + " " + stopStrings);
    }
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }
}
