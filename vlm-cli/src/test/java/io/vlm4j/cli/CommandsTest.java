package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.ImageTextMatcher;
import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CommandsTest extends CommandTestBase {
  @Test
  void captionPrintsWhatTheApiGives() {
    String caption;
    try (VisionLanguageModel model = VisionLanguageModel.load(Path.of(SMOLVLM), LoadOptions.FP32)) {
      caption = model.caption(Image.read(Path.of(PHOTO)));
    }
    assertEquals(
        caption + "\n", succeeds("caption", "--model", SMOLVLM, "--dtype", "fp32", PHOTO).out());
  }

  @Test
  void captionAsJson() {
    Outcome outcome =
        succeeds("caption", "--model", SMOLVLM, "--json", "--max-new-tokens", "5", PHOTO, SMALL);
    List<JsonNode> lines = outcome.json();
    assertEquals(2, lines.size());
    assertEquals(
        List.of("image", "caption", "encode_ms", "prefill_ms", "decode_ms", "tokens"),
        List.copyOf(lines.get(0).keys()));
    assertEquals(PHOTO, lines.get(0).getString("image"));
    assertEquals(SMALL, lines.get(1).getString("image"));
    assertTrue(lines.get(0).getInt("tokens") <= 5);
    assertTrue(lines.get(0).get("encode_ms").asDouble() > 0);
  }

  @Test
  void theImagesOfAFolderComeByNameAndABadOneDoesNotStopTheOthers() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("photos"));
    Files.copy(Path.of(PHOTO), folder.resolve("b.jpg"));
    Files.copy(Path.of(SMALL), folder.resolve("a.png"));
    Files.writeString(folder.resolve("c.jpg"), "not a picture");
    Files.writeString(folder.resolve("notes.txt"), "nor meant to be one");
    String[] options = {"--model", SMOLVLM, "--dtype", "fp32", "--max-new-tokens", "5"};
    Outcome outcome =
        run(
            Stream.of(List.of("caption", "--batch", "2"), List.of(options), List.of(folder + ""))
                .flatMap(List::stream)
                .toArray(String[]::new));
    assertEquals(1, outcome.code());
    assertTrue(outcome.err().contains("c.jpg"), outcome.err());
    List<String> lines = outcome.out().lines().toList();
    assertTrue(lines.get(0).startsWith(folder.resolve("a.png") + ": "), outcome.out());
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith(folder.resolve("b.jpg") + ": ")),
        outcome.out());
    String alone =
        succeeds("caption", "--model", SMOLVLM, "--dtype", "fp32", "--max-new-tokens", "5", PHOTO)
            .out();
    assertTrue(outcome.out().contains("b.jpg: " + alone), outcome.out());
  }

  @Test
  void classifyShowsTheLikeliestClasses() {
    String classifier = TestData.path("perceiver/learned").toString();
    String[] command = {"classify", "--model", classifier, "--top", "3", "--json", PHOTO, SMALL};
    List<JsonNode> lines = succeeds(command).json();
    assertEquals(6, lines.size());
    assertEquals(
        List.of("image", "index", "label", "probability"), List.copyOf(lines.get(0).keys()));
    assertTrue(lines.get(0).getDouble("probability") >= lines.get(1).getDouble("probability"));
    assertEquals(SMALL, lines.get(3).getString("image"));
    String shown = succeeds("classify", "--model", classifier, "--top", "1", PHOTO).out();
    assertTrue(shown.endsWith("  " + lines.get(0).getString("label") + "\n"), shown);
    assertFails(2, List.of("classify", "--model", classifier, "--top", "0", PHOTO), "--top");
    assertFails(1, List.of("classify", "--model", SMOLVLM, PHOTO), "smolvlm");
  }

  @Test
  void classifyTakesLabelsWhereAModelComparesImagesWithTexts() throws IOException {
    String clip = TestData.path("clip/vit_gelu").toString();
    String labels = "cat, dog,bird,plane,car,tree";
    String[] command = {"classify", "--model", clip, "--labels", labels, "--json", PHOTO};
    List<JsonNode> lines = succeeds(command).json();
    assertEquals(6, lines.size());
    assertEquals(1, lines.stream().mapToDouble(l -> l.getDouble("probability")).sum(), 1e-6);
    assertTrue(lines.stream().anyMatch(line -> line.getString("label").equals("dog")));
    Path templates = Files.writeString(temporary.resolve("templates"), "a {}\n\nthe {}\n");
    String[] others = {"--labels", labels, "--templates", templates.toString(), "--json", PHOTO};
    String[] ensemble =
        Stream.of(new String[] {"classify", "--model", clip}, others)
            .flatMap(Stream::of)
            .toArray(String[]::new);
    double best = succeeds(ensemble).json().get(0).getDouble("probability");
    assertTrue(Math.abs(best - lines.get(0).getDouble("probability")) > 1e-6);
    assertFails(2, List.of("classify", "--model", clip, PHOTO), "--labels");
    assertFails(2, List.of("classify", "--model", clip, "--labels", "", PHOTO), "--labels");
    assertFails(2, List.of("classify", "--templates", "x", PHOTO), "--templates");
    List<String> nowhere =
        List.of("classify", "--model", clip, "--labels", "a", "--templates", "x", PHOTO);
    assertFails(2, nowhere, "cannot read");
    assertFails(1, List.of("classify", "--model", SMOLVLM, "--labels", "a", PHOTO), "smolvlm");
  }

  @Test
  void fillFillsGaps() {
    String model = TestData.path("perceiver/masked_lm").toString();
    JsonNode line = succeeds("fill", "--model", model, "--json", "a [MASK][MASK] b").json().get(0);
    assertEquals("a [MASK][MASK] b", line.getString("text"));
    String filled = line.getString("filled");
    assertTrue(filled.startsWith("a ") && filled.endsWith(" b"), filled);
    assertFalse(filled.contains("[MASK]"), filled);
    assertFails(1, List.of("fill", "--model", model, "no gap"), "[MASK]");
    assertFails(1, List.of("fill", "--model", SMOLVLM, "[MASK]"), "smolvlm");
  }

  @Test
  void askDependsOnTheQuestion() {
    String[] question = {"ask", "--model", SMOLVLM, PHOTO, "what is in the picture?", "--json"};
    JsonNode line = succeeds(question).json().get(0);
    assertEquals("what is in the picture?", line.getString("question"));
    question[4] = "how many birds are there?";
    assertFalse(
        line.getString("answer").equals(succeeds(question).json().get(0).getString("answer")));
  }

  @Test
  void matchPrintsWhatTheApiGives() {
    String model = TestData.path("blip/retrieval").toString();
    String[] texts = {"snow", "a photo of a dog"};
    List<JsonNode> lines =
        succeeds("match", "--model", model, "--dtype", "fp32", "--json", PHOTO, texts[0], texts[1])
            .json();
    Image photo = Image.read(Path.of(PHOTO));
    try (ImageTextMatcher matcher = ImageTextMatcher.load(Path.of(model), LoadOptions.FP32)) {
      for (int i = 0; i < texts.length; i++) {
        assertEquals(texts[i], lines.get(i).getString("text"));
        assertEquals(matcher.match(photo, texts[i]), lines.get(i).getDouble("match"), 1e-5);
        assertEquals(matcher.similarity(photo, texts[i]), lines.get(i).getDouble("cosine"), 1e-5);
      }
    }
    String plain = succeeds("match", "--model", model, PHOTO, "snow").out();
    assertTrue(plain.matches("match 0\\.\\d{4} {2}cosine +-?0\\.\\d{4} {2}snow\n"), plain);
    assertFails(1, List.of("match", "--model", SMOLVLM, PHOTO, "snow"), "'smolvlm'", "blip");
  }

  @Test
  void generateTakesPartsAndStreamsTheSameText() {
    String file =
        prompt(
            """
            {"parts": [{"text": "the first:"}, {"image": "photo.jpg"},
                       {"text": "the second:"}, {"image": "small.png"}]}
            """);
    String[] json = {"generate", "--model", SMOLVLM, "--prompt", file, "--json"};
    JsonNode object = succeeds(json).json().get(0);
    assertTrue(
        object.keys().containsAll(List.of("text", "ids", "finish_reason", "encode_ms", "tokens")));
    assertEquals(object.getInt("tokens"), object.get("ids").asInts().length);
    assertEquals(
        object.getString("text") + "\n",
        succeeds("generate", "--model", SMOLVLM, "--prompt", file).out());
  }

  @Test
  void generateTakesExamples() {
    String file =
        prompt(
            """
            {"examples": [{"image": "photo.jpg", "answer": "a dog"},
                          {"image": "shapes.png", "question": "how many?", "answer": "three"}],
             "query": {"image": "small.png", "question": "how many?"}}
            """);
    succeeds("generate", "--model", SMOLVLM, "--prompt", file, "--beams", "3", "--stop", "\n\n");
  }

  @Test
  void samplingWithASeedRepeatsItself() {
    String[] command = {
      "ask", "--model", SMOLVLM, SMALL, "what?", "--temperature", "2", "--seed", "7"
    };
    assertEquals(succeeds(command).out(), succeeds(command).out());
  }

  @Test
  void inspectCountsTheParts() {
    JsonNode summary = succeeds("inspect", "--json", SMOLVLM).json().get(0);
    assertEquals("smolvlm", summary.getString("system"));
    assertTrue(summary.getBoolean("supported", false));
    long parameters = 0;
    Set<String> roles = new TreeSet<>();
    for (JsonNode part : summary.getList("parts")) {
      parameters += part.getInt("parameters");
      roles.add(part.getString("part"));
    }
    assertEquals(Set.of("encoder", "connector", "language_model"), roles);
    assertEquals(summary.getInt("parameters"), parameters);
    List<String> choices =
        summary.getList("auto").stream().map(JsonNode::asString).sorted().toList();
    assertEquals(2, choices.size());
    assertTrue(choices.get(0).startsWith("encoding, float32 weights -> "), choices.get(0));
    assertTrue(choices.get(1).startsWith("generation, float32 weights -> "), choices.get(1));
    String text = succeeds("inspect", SMOLVLM).out();
    assertTrue(text.startsWith("smolvlm (supported, 0.1M parameters)"), text);
  }

  @Test
  void inspectShowsAnAssembledModel() {
    Path folder = TinyModels.assembled(temporary.resolve("model"));
    String text = succeeds("inspect", folder.toString()).out();
    assertTrue(text.contains("siglip_vision_model"), text);
    assertTrue(text.contains("linear"), text);
    assertTrue(text.contains("llama"), text);
  }

  @Test
  void benchPrintsAllFigures() {
    Outcome outcome =
        succeeds(
            "bench",
            "--model",
            SMOLVLM,
            "--json",
            "--runs",
            "1",
            "--prompt-tokens",
            "8",
            "--decode-tokens",
            "4");
    List<JsonNode> lines = outcome.json();
    assertEquals(
        List.of(
            "load_ms",
            "encode_ms",
            "encode_8_ms",
            "prefill_tokens_per_s",
            "decode_tokens_per_s",
            "caption_ms",
            "captions_8_ms",
            "first_question_ms",
            "second_question_ms",
            "membw_fraction",
            "peak_rss_mb"),
        lines.stream().map(line -> line.getString("figure")).toList());
    for (JsonNode line : lines) {
      assertTrue(line.get("min").asDouble() <= line.get("median").asDouble());
      assertTrue(line.get("median").asDouble() <= line.get("max").asDouble());
    }
  }

  private String prompt(String json) {
    TinyModels.copy(TestData.path("images/golden"), temporary);
    return TinyModels.write(temporary.resolve("prompt.json"), json).toString();
  }
}
