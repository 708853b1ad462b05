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
import java.util.Optional;

/**
 * One entry of LLaVA's training files: an image and a conversation about it, in which a human and
 * the model speak in turn and {@code <image>} stands once, in the human's first turn. Some have no
 * image and are text alone.
 *
 * @param id unique in a file that this library writes
 * @param image the name of its file, if there is one
 * @param conversations the turns
 */
public record LlavaExample(String id, Optional<String> image, List<Turn> conversations) {
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
    if (id.isBlank() || image.filter(String::isBlank).isPresent()) {
      throw new InvalidDataException("an example has no id or no image");
    }
    if (conversations.isEmpty() || conversations.size() % 2 != 0) {
      throw new InvalidDataException(
          "example %s has %d turns; expected questions and answers"
              .formatted(id, conversations.size()));
    }
    for (int i = 0; i < conversations.size(); i++) {
      requireTurn(id, conversations.get(i), i, i == 0 && image.isPresent() ? 1 : 0);
    }
  }

  private static void requireTurn(String id, Turn turn, int index, int images) {
    String expected = index % 2 == 0 ? HUMAN : MODEL;
    String where = "turn " + index + " of example " + id;
    if (!turn.from().equals(expected)) {
      throw new InvalidDataException(
          where + " is from '" + turn.from() + "'; expected " + expected);
    }
    int found = turn.value().split(IMAGE, -1).length - 1;
    if (found != images) {
      throw new InvalidDataException(
          where
              + " has %s %d times; expected %d: once in the first turn, if there is an image"
                  .formatted(IMAGE, found, images));
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
    return new LlavaExample(id, Optional.of(image), turns);
  }

  /**
   * Reads an entry. As LLaVA's own reader does, it leaves out what the model says before any
   * question, and a question at the end without an answer.
   *
   * @throws InvalidDataException if it is not such
   */
  public static LlavaExample of(JsonNode json) {
    return DataFiles.readingJson(
        () -> {
          JsonNode id = json.get("id");
          return new LlavaExample(
              id.isNumber() ? id.toString() : id.asString(),
              json.optional("image").map(JsonNode::asString),
              answered(
                  json.getList("conversations").stream()
                      .map(turn -> new Turn(turn.getString("from"), turn.getString("value")))
                      .toList()));
        });
  }

  private static List<Turn> answered(List<Turn> turns) {
    int from = !turns.isEmpty() && turns.get(0).from().equals(MODEL) ? 1 : 0;
    boolean open = turns.size() > from && turns.get(turns.size() - 1).from().equals(HUMAN);
    return turns.subList(from, turns.size() - (open ? 1 : 0));
  }

  /** Questions without the image's place, and answers, in turn. */
  public Dialogue dialogue() {
    List<Exchange> exchanges = new ArrayList<>();
    for (int i = 0; i < conversations.size(); i += 2) {
      exchanges.add(
          new Exchange(
              conversations.get(i).value().replace(IMAGE, "").strip(),
              conversations.get(i + 1).value().strip()));
    }
    return new Dialogue(exchanges);
  }

  /** The JSON object, on one line. */
  public String toJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    image.ifPresent(name -> fields.put("image", name));
    fields.put("conversations", conversations);
    return GSON.toJson(fields);
  }
}
