package io.vlm4j.eval.vqa;

import io.vlm4j.config.JsonNode;
import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Questions of MMMU, exported from its Parquet tables to a JSON array or JSON lines with the same
 * columns. {@code image_1} and so on are names of files, or objects with a {@code path}; where they
 * are absent, {@code ID_1.png} is meant.
 */
final class MmmuFiles {
  private static final Pattern PLACEHOLDER = Pattern.compile("<image (\\d)>");
  private static final Pattern QUOTED =
      Pattern.compile("'((?:[^'\\\\]|\\\\.)*)'|\"((?:[^\"\\\\]|\\\\.)*)\"");

  private MmmuFiles() {}

  static List<VisualQuestion> read(Questions.Files files) {
    return DataFiles.jsonRows(files.questions()).stream().map(MmmuFiles::question).toList();
  }

  private static VisualQuestion question(JsonNode row) {
    String id = row.getString("id");
    List<String> options = row.optional("options").map(MmmuFiles::list).orElse(List.of());
    List<String> answers = row.optional("answer").map(MmmuFiles::answers).orElse(List.of());
    if (answers.isEmpty() || answers.get(0).equals("?")) {
      throw new InvalidDataException(
          row.origin() + ": question " + id + " has no answer; take the split validation");
    }
    boolean open = options.isEmpty() || row.getString("question_type", "").equals("open");
    String text = row.getString("question");
    Map<String, String> groups = new LinkedHashMap<>();
    groups.put(
        "subject", id.replaceFirst("^(validation|dev|test)_", "").replaceFirst("_\\d+$", ""));
    groups.put("question_type", open ? "open" : "multiple-choice");
    return new VisualQuestion(
        id,
        images(row, id, text + " " + String.join(" ", options)),
        text,
        open ? List.of() : options,
        answers,
        open ? new OpenAnswer(answers) : choice(row, id, options, answers.get(0)),
        groups);
  }

  private static ChosenOption choice(JsonNode row, String id, List<String> options, String answer) {
    int right = answer.length() == 1 ? answer.charAt(0) - 'A' : -1;
    if (right < 0 || right >= options.size()) {
      throw new InvalidDataException(
          row.origin()
              + ": question "
              + id
              + " has "
              + options.size()
              + " options, and the answer "
              + answer);
    }
    return new ChosenOption(options, right);
  }

  /** As many images as there are columns or placeholders. */
  private static List<String> images(JsonNode row, String id, String text) {
    int most = 0;
    Matcher placeholder = PLACEHOLDER.matcher(text);
    while (placeholder.find()) {
      most = Math.max(most, Integer.parseInt(placeholder.group(1)));
    }
    List<String> images = new ArrayList<>();
    for (int i = 1; i <= most || row.has("image_" + i); i++) {
      String standard = id + "_" + i + ".png";
      images.add(row.optional("image_" + i).map(MmmuFiles::fileName).orElse(standard));
    }
    return images;
  }

  private static String fileName(JsonNode image) {
    return image.isObject() ? image.getString("path") : image.asString();
  }

  private static List<String> answers(JsonNode answer) {
    if (answer.isArray()) {
      return list(answer);
    }
    String text = Questions.text(answer);
    return text.startsWith("[") ? pythonList(text) : List.of(text);
  }

  /** A list, or a text that is one in Python, as the tables have it. */
  private static List<String> list(JsonNode node) {
    return node.isArray()
        ? node.asList().stream().map(Questions::text).toList()
        : pythonList(node.asString());
  }

  private static List<String> pythonList(String text) {
    List<String> list = new ArrayList<>();
    Matcher quoted = QUOTED.matcher(text);
    while (quoted.find()) {
      String content = quoted.group(1) != null ? quoted.group(1) : quoted.group(2);
      list.add(content.replaceAll("\\\\(['\"\\\\])", "$1"));
    }
    return list;
  }
}
