package io.vlm4j.eval.caption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.data.CaptionFiles;
import io.vlm4j.data.DataFiles;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against the numbers of pycocoevalcap, which {@code make_reference.py} wrote down. */
class CaptionMetricsTest {
  private static final List<String> NAMES =
      List.of("BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "METEOR", "CIDEr-D");

  @Test
  void scoresAreThoseOfTheReference() {
    Map<String, List<String>> references =
        CaptionFiles.references(TestData.path("eval/captions/references.tsv"));
    Map<String, String> candidates =
        CaptionFiles.candidates(TestData.path("eval/captions/candidates.tsv"));
    JsonNode expected = JsonNode.read(TestData.path("eval/captions/scores.json"));
    List<TokenizedCaption> captions =
        references.entrySet().stream()
            .map(entry -> TokenizedCaption.of(candidates.get(entry.getKey()), entry.getValue()))
            .toList();
    assertEquals(260, captions.size());
    Map<String, MetricScore> scores = CaptionMetrics.score(captions);
    assertEquals(NAMES, List.copyOf(scores.keySet()));
    scores.forEach(
        (name, score) -> {
          List<JsonNode> each = expected.get("each").getList(name);
          for (int i = 0; i < each.size(); i++) {
            int index = i;
            assertEquals(
                each.get(i).asDouble(),
                score.each().get(i),
                1e-8,
                () -> name + " of caption " + index + ": " + captions.get(index));
          }
          assertEquals(expected.get("corpus").getDouble(name), score.corpus(), 1e-9, name);
        });
  }

  @Test
  void wordsAreThoseOfTheReference() {
    // What the reference leaves in one piece, or does not know as the sign that it is.
    List<String> differing =
        List.of("dogs,cats.birds", "a:b a::b", "AT&T", "man\\woman", "Fig. 3", "'Hello,'");
    DataFiles.forEachLine(
        TestData.path("eval/captions/tokens.tsv"),
        (line, number) -> {
          String[] pair = line.split("\t", -1);
          boolean same = pair[1].equals(String.join(" ", PtbTokenizer.words(pair[0])));
          boolean expected = differing.stream().noneMatch(pair[0]::startsWith);
          assertEquals(expected, same, () -> pair[0] + " is " + PtbTokenizer.words(pair[0]));
        });
  }

  @Test
  void aPerfectCandidateAndAnEmptyOne() {
    List<String> references = List.of("A dog runs on the sand .", "The dog is fast .");
    List<TokenizedCaption> captions =
        List.of(
            TokenizedCaption.of("a dog runs on the sand", references),
            TokenizedCaption.of("", List.of("Two cats sleep .")));
    Map<String, MetricScore> scores = CaptionMetrics.score(captions);
    for (String name : NAMES.subList(0, 6)) {
      assertEquals(1, scores.get(name).each().get(0), 1e-6, name);
    }
    assertTrue(scores.get("CIDEr-D").each().get(0) > 4);
    for (String name : NAMES) {
      assertEquals(0, scores.get(name).each().get(1), 1e-3, name);
    }
  }
}
