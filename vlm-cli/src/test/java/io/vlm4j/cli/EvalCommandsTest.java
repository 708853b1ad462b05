package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.image.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvalCommandsTest extends CommandTestBase {
  private static final String PHOTOS = TestData.path("images/golden").toString();
  private static final String CLIP = TestData.path("clip/vit_gelu").toString();
  private static final String CAPTIONS =
      """
      small.png\ta small picture
      small.png\tsomething small
      photo.jpg\ttrees under the sky
      shapes.png\tcoloured shapes
      """;

  @Test
  void captionsAreAModels() {
    String captions = write("captions.tsv", CAPTIONS);
    Path out = temporary.resolve("out.jsonl");
    Path html = temporary.resolve("page.html");
    String[] files = {"--images", PHOTOS, "--captions", captions, "--limit", "2", "--batch", "1"};
    JsonNode line =
        succeeds(
                join(
                    List.of("eval", "captions", "--model", SMOLVLM, "--dtype", "fp32", "--json"),
                    files,
                    List.of("--out", out.toString(), "--html", html.toString())))
            .json()
            .get(0);
    assertEquals(
        List.of("images", "BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "METEOR", "CIDEr-D"),
        List.copyOf(line.keys()));
    assertEquals(2, line.getInt("images"));
    List<JsonNode> written = lines(out);
    assertEquals(2, written.size());
    try (VisionLanguageModel model = VisionLanguageModel.load(Path.of(SMOLVLM), LoadOptions.FP32)) {
      assertEquals(model.caption(Image.read(Path.of(SMALL))), written.get(0).getString("caption"));
    }
    assertEquals("small.png", written.get(0).getString("image"));
    assertEquals(2, written.get(0).getList("references").size());
    assertTrue(read(html).contains("data:image/jpeg;base64,"));
  }

  @Test
  void captionsAreAFiles() {
    String captions = write("captions.tsv", CAPTIONS);
    String candidates =
        write(
            "candidates.tsv",
            "photo.jpg\ttrees under the sky .\nsmall.png\ta small picture\nshapes.png\tshapes\n");
    String[] command = {"eval", "captions", "--captions", captions, "--candidates", candidates};
    JsonNode own = succeeds(withJson(command)).json().get(0);
    assertTrue(own.getDouble("BLEU-1") > 0.8, own.toString());
    JsonNode others = succeeds(withJson(command, "--shuffled")).json().get(0);
    assertTrue(others.getDouble("BLEU-1") < 0.3, others.toString());
    JsonNode part = succeeds(withJson(command, "--every", "2")).json().get(0);
    assertEquals(2, part.getInt("images"));
    assertTrue(succeeds(command).out().contains("CIDEr-D"));
  }

  @Test
  void questionsAreAsked() {
    String questions =
        write(
            "questions.json",
            """
            {"data_subtype": "val2014", "questions": [
              {"question_id": 1, "image_id": 1, "question": "What is it?"},
              {"question_id": 2, "image_id": 2, "question": "How many?"}]}
            """);
    String annotations =
        write(
            "annotations.json",
            """
            {"annotations": [
              {"question_id": 1, "answer_type": "other", "answers": [{"answer": "a dog"}, {"answer": "dog"}, {"answer": "dogs"}, {"answer": "Dog"}]},
              {"question_id": 2, "answer_type": "number", "answers": [{"answer": "2"}, {"answer": "two"}]}]}
            """);
    String answers =
        write(
            "answers.json",
            "[{\"question_id\": 1, \"answer\": \"the dog\"}, {\"question_id\": 2, \"answer\": \"3\"}]");
    String[] files = {"--format", "vqav2", "--questions", questions, "--annotations", annotations};
    JsonNode graded =
        succeeds(join(List.of("eval", "vqa", "--answers", answers, "--json"), files)).json().get(0);
    assertEquals(0.375, graded.getDouble("accuracy")); // 3 of 4, each of whom sees 2 others
    assertEquals(0.75, graded.get("answer_type").getDouble("other"));
    Path out = temporary.resolve("out.jsonl");
    copy("small.png", "photos/1.png");
    copy("shapes.png", "photos/2.png");
    String[] model = {
      "--model",
      SMOLVLM,
      "--images",
      temporary.resolve("photos").toString(),
      "--image-name",
      "%d.png",
      "--max-new-tokens",
      "4",
      "--out",
      out.toString()
    };
    succeeds(join(List.of("eval", "vqa"), files, List.of(model)));
    assertEquals("What is it?", lines(out).get(0).getString("question"));
    assertFalse(lines(out).get(0).getString("answer").isEmpty());
  }

  @Test
  void aJudgeDecides() {
    String problems =
        write(
            "problems.json",
            """
            {"7": {"question": "Which?", "choices": ["bat", "owl"], "answer": 0, "image": null}}
            """);
    String splits = write("splits.json", "{\"test\": [\"7\"]}");
    String first = write("first.jsonl", "{\"question_id\": \"7\", \"text\": \"A\"}\n");
    String second = write("second.jsonl", "{\"question_id\": \"7\", \"text\": \"(A)\"}\n");
    Path chat = TinyModels.copy(TestData.path("llama/gqa_tied"), temporary.resolve("chat"));
    TinyModels.write(chat.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    String[] files = {"--questions", problems, "--annotations", splits, "--answers", first};
    JsonNode line =
        succeeds(
                join(
                    List.of("eval", "scienceqa", "--json", "--chat-model", chat.toString()),
                    files,
                    List.of("--other-answers", second)))
            .json()
            .get(0);
    assertEquals(1, line.getDouble("accuracy"));
    assertEquals(1, line.getInt("agreed"));
    assertFails(2, List.of(join(List.of("eval", "scienceqa"), files)), "--endpoint");
  }

  @Test
  void dualEncodersClassifyAndRetrieve() {
    String labels = write("labels.tsv", "small.png\tdog\nphoto.jpg\ttree\nshapes.png\ttree\n");
    String[] both = {"--model", CLIP, "--images", PHOTOS, "--json"};
    JsonNode classes =
        succeeds(join(List.of("eval", "classify", "--labels", labels), both)).json().get(0);
    assertEquals(2, classes.getInt("classes"));
    assertEquals(1, classes.getDouble("top-5"));
    String captions = write("captions.tsv", CAPTIONS);
    JsonNode recalls =
        succeeds(join(List.of("eval", "retrieval", "--captions", captions), both)).json().get(0);
    assertEquals(4, recalls.getInt("texts"));
    assertEquals(1, recalls.get("image_to_text").getDouble("R@5"));
  }

  @Test
  void badUsage() {
    String captions = write("captions.tsv", CAPTIONS);
    assertFails(2, List.of("eval"), "captions");
    assertFails(2, List.of("eval", "captions", "--captions", captions), "--images");
    List<String> none = List.of("eval", "captions", "--captions", captions, "--images", "nowhere");
    assertFails(1, none, "nowhere");
    List<String> limit =
        List.of("eval", "captions", "--captions", captions, "--candidates", "x", "--limit", "0");
    assertFails(2, limit, "1 or more");
    String few = write("few.tsv", "small.png\tx\n");
    List<String> missing = List.of("eval", "captions", "--captions", captions, "--candidates", few);
    assertFails(1, missing, "no caption of photo.jpg");
    List<String> nowhere =
        List.of("eval", "captions", "--captions", captions, "--images", PHOTOS, "--out", "no/x");
    assertFails(2, nowhere, "no/x");
    assertFails(2, List.of("eval", "vqa", "--format", "quiz", "--questions", "x"), "quiz");
    assertFails(1, List.of("eval", "vqa", "--format", "gqa", "--questions", "x"), "no file x");
  }

  private String write(String name, String content) {
    return TinyModels.write(temporary.resolve(name), content).toString();
  }

  private void copy(String photo, String to) {
    try {
      Path copy = temporary.resolve(to);
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(PHOTOS, photo), copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> lines(Path file) {
    return read(file).lines().map(line -> JsonNode.parse(line, "a line")).toList();
  }

  private static String[] withJson(String[] command, String... more) {
    return join(List.of(command), join(List.of("--json"), more));
  }

  private static String[] join(List<String> first, String[] second) {
    return Stream.concat(first.stream(), Arrays.stream(second)).toArray(String[]::new);
  }

  private static String[] join(List<String> first, String[] second, List<String> third) {
    return Stream.concat(Arrays.stream(join(first, second)), third.stream()).toArray(String[]::new);
  }
}
