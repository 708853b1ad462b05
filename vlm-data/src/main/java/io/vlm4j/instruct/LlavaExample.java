package io.vlm4j.instruct;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.vlm4j.config.JsonNode;
import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.instruct.Dialogue.Exchange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One entry of LLaVA's training files: an image and a conversation about it, in which a human and
 * the model speak in turn and {@code <image>} stands once, in the human's first turn.
 *
 * @param id unique in a file
 * @param image the name of its file
 * @param conversations the turns
 */
public record LlavaExample(String id, String image, List<Turn> conversations) {
  /** Where the image goes in the text. */
  public static final String IMAGE = "<image>";

  private static final String HUMAN = "human";
  private static final String MODEL = "gpt";
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  /**
   * What one side says.
   *
   * @param from {@code human} or {@code gpt}
   * @param value the text
   */
  public record Turn(String from, String value) {}

  /** Checks the conversation. */
  public LlavaExample {
    conversations = List.copyOf(conversations);
    if (id.isBlank() || image.isBlank()) {
      throw new InvalidDataException("an example has no id or no image");
    }
    if (conversations.isEmpty() || conversations.size() % 2 != 0) {
      throw new InvalidDataException(
          "example %s has %d turns; expected questions and answers"
              .formatted(id, conversations.size()));
    }
    for (int i = 0; i < conversations.size(); i++) {
      requireTurn(id, conversations.get(i), i);
    }
  }

  private static void requireTurn(String id, Turn turn, int index) {
    String expected = index % 2 == 0 ? HUMAN : MODEL;
    String where = "turn " + index + " of example " + id;
    if (!turn.from().equals(expected)) {
      throw new InvalidDataException(
          where + " is from '" + turn.from() + "'; expected " + expected);
    }
    int images = turn.value().split(IMAGE, -1).length - 1;
    if (images != (index == 0 ? 1 : 0)) {
      throw new InvalidDataException(
          where + " has " + IMAGE + " " + images + " times; expected once, in the first turn");
    }
    if (turn.value().replace(IMAGE, "").isBlank()) {
      throw new InvalidDataException(where + " is empty");
    }
  }

  /** Makes an example; {@code <image>} comes before the question or behind it. */
  public static LlavaExample of(String id, String image, Dialogue dialogue) {
    List<Turn> turns = new ArrayList<>();
    for (Exchange exchange : dialogue.exchanges()) {
      String question = exchange.question();
      if (turns.isEmpty()) {
        boolean before = Math.floorMod(id.hashCode(), 2) == 0;
        question = before ? IMAGE + "\n" + question : question + "\n" + IMAGE;
      }
      turns.add(new Turn(HUMAN, question));
      turns.add(new Turn(MODEL, exchange.answer()));
    }
    return new LlavaExample(id, image, turns);
  }

  /**
   * Reads an entry.
   *
   * @throws InvalidDataException if it is not such
   */
  public static LlavaExample of(JsonNode json) {
    return DataFiles.readingJson(
        () ->
            new LlavaExample(
                json.getString("id"),
                json.getString("image"),
                json.getList("conversations").stream()
                    .map(turn -> new Turn(turn.getString("from"), turn.getString("value")))
                    .toList()));
  }

  /** The JSON object, on one line. */
  public String toJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("image", image);
    fields.put("conversations", conversations);
    return GSON.toJson(fields);
  }
}
