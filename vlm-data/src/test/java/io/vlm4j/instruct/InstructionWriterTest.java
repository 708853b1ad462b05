package io.vlm4j.instruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.chat.ChatModel;
import io.vlm4j.chat.ChatServer;
import io.vlm4j.chat.ChatServer.Response;
import io.vlm4j.chat.HttpChatModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.ServiceException;
import io.vlm4j.instruct.InstructionWriter.Outcome;
import io.vlm4j.instruct.Scene.LabeledBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstructionWriterTest {
  private static final String TALK =
      "Question: What is it?\nAnswer: A hat.\n\nQuestion: Whose?\nAnswer: Mine,\nI think.";
  private static final List<InstructionKind> ALL = List.of(InstructionKind.values());
  private static final List<Scene> SCENES =
      IntStream.range(0, 5)
          .mapToObj(
              i ->
                  new Scene(
                      "hat" + i + ".png",
                      List.of("A hat, number " + i, "Something to wear"),
                      List.of(new LabeledBox("hat", 0.25, 0, 0.5, 1))))
          .toList();

  @TempDir Path temporary;

  @Test
  void writesTheThreeKindsAsLlavaHasThem() {
    Path file = temporary.resolve("data.json");
    try (ChatServer server = ChatServer.start(request -> Response.reply(TALK))) {
      Outcome outcome = run(server, file);
      assertEquals(new Outcome(15, 15, List.of()), outcome);
      assertEquals(15, server.requests().size());
      String asked = server.requests().toString();
      assertTrue(asked.contains("A hat, number 3\\nSomething to wear"), asked);
      assertTrue(asked.contains("hat: [0.250, 0.000, 0.500, 1.000]"), asked);
    }
    List<LlavaExample> examples = read(file);
    assertEquals(
        List.of("hat0.png-conversation", "hat0.png-detail", "hat0.png-reasoning"),
        examples.subList(0, 3).stream().map(LlavaExample::id).toList());
    LlavaExample talk = examples.get(0);
    assertEquals(Optional.of("hat0.png"), talk.image());
    assertEquals(
        List.of("human", "gpt", "human", "gpt"),
        talk.conversations().stream().map(LlavaExample.Turn::from).toList());
    assertEquals("What is it?", talk.conversations().get(0).value().replace("<image>", "").strip());
    assertEquals("Mine,\nI think.", talk.conversations().get(3).value());
    assertEquals(TALK, examples.get(1).conversations().get(1).value()); // the description
    assertFalse(Files.exists(temporary.resolve("data.json.partial")));
  }

  @Test
  void aRunThatEndedEarlyGoesOn() throws IOException {
    Path file = temporary.resolve("data.json");
    AtomicInteger count = new AtomicInteger();
    Function<JsonNode, Response> dying =
        request ->
            count.incrementAndGet() > 4 ? Response.error(403, "paid up") : Response.reply(TALK);
    try (ChatServer server = ChatServer.start(dying)) {
      String message = assertThrows(ServiceException.class, () -> run(server, file)).getMessage();
      assertTrue(message.contains("status 403, paid up"), message);
    }
    Path partial = temporary.resolve("data.json.partial");
    assertEquals(4, Files.readAllLines(partial).size());
    String kept = Files.readString(partial);
    Files.writeString(partial, kept + kept.substring(0, 40)); // killed while it wrote a line
    try (ChatServer server = ChatServer.start(request -> Response.reply(TALK))) {
      assertEquals(new Outcome(15, 11, List.of()), run(server, file));
      assertEquals(11, server.requests().size());
      assertEquals(new Outcome(15, 0, List.of()), run(server, file));
      assertEquals(11, server.requests().size());
    }
    assertEquals(15, read(file).stream().map(LlavaExample::id).distinct().count());
  }

  @Test
  void whatHasNotTheFormIsAskedForAgainAndThenLeftOut() {
    Path file = temporary.resolve("data.json");
    AtomicInteger count = new AtomicInteger();
    Function<JsonNode, Response> moody =
        request -> {
          if (request.toString().contains("number 1")) {
            return Response.reply("I would rather not.");
          }
          return Response.reply(count.incrementAndGet() == 1 ? "Question: ?" : TALK);
        };
    try (ChatServer server = ChatServer.start(moody);
        ChatModel model = model(server)) {
      InstructionWriter writer =
          new InstructionWriter(model, List.of(InstructionKind.REASONING), 1);
      Outcome outcome = writer.write(SCENES, file, () -> {});
      assertEquals(4, outcome.examples());
      assertEquals(1, outcome.failures().size());
      assertTrue(outcome.failures().get(0).startsWith("hat1.png-reasoning: "), outcome.toString());
      assertEquals(4 + 1 + 3, server.requests().size());
    }
    try (ChatServer server = ChatServer.start(request -> Response.reply(TALK))) {
      assertEquals(15, run(server, file).examples());
      assertEquals(11, server.requests().size());
    }
  }

  @Test
  void dialoguesThatAreNone() {
    for (String reply :
        List.of(
            "",
            "Hello",
            "Question: a",
            "Answer: b\nQuestion: a",
            "Question: a\nQuestion: b",
            "Question:\nAnswer: b",
            "Question: a\nAnswer: b\nQuestion: c\nAnswer:",
            "Question: <image> a\nAnswer: b")) {
      assertThrows(InvalidDataException.class, () -> Dialogue.parse(reply), reply);
    }
    Dialogue parsed = Dialogue.parse("Sure!\n\nquestion: a\nANSWER: b: Question of c\n");
    assertEquals(List.of(new Dialogue.Exchange("a", "b: Question of c")), parsed.exchanges());
  }

  @Test
  void examplesThatAreNone() {
    LlavaExample.Turn question = new LlavaExample.Turn("human", "<image>\nwhat?");
    LlavaExample.Turn answer = new LlavaExample.Turn("gpt", "that");
    for (List<LlavaExample.Turn> turns :
        List.of(
            List.<LlavaExample.Turn>of(),
            List.of(question),
            List.of(answer, question),
            List.of(question, question),
            List.of(new LlavaExample.Turn("human", "what?"), answer),
            List.of(new LlavaExample.Turn("human", "<image>"), answer),
            List.of(new LlavaExample.Turn("human", "<image><image>what?"), answer),
            List.of(question, answer, question, answer),
            List.of(question, new LlavaExample.Turn("gpt", " ")))) {
      assertThrows(
          InvalidDataException.class, () -> new LlavaExample("i", Optional.of("a.png"), turns));
    }
    assertThrows(
        InvalidDataException.class,
        () -> new LlavaExample("i", Optional.empty(), List.of(question, answer)));
  }

  @Test
  void examplesOfOthersAreReadAsLlavaReadsThem() {
    LlavaExample example =
        LlavaExample.of(
            JsonNode.parse(
                """
                {"id": 7, "conversations": [
                  {"from": "gpt", "value": "Hello, how can I help?"},
                  {"from": "human", "value": " what? "}, {"from": "gpt", "value": "that"},
                  {"from": "human", "value": "and?"}]}
                """,
                "a row"));
    assertEquals("7", example.id());
    assertEquals(Optional.empty(), example.image());
    assertEquals(List.of(new Dialogue.Exchange("what?", "that")), example.dialogue().exchanges());
    assertEquals(example, LlavaExample.of(JsonNode.parse(example.toJson(), "written")));
  }

  @Test
  void aFileOfAnotherKindIsNotOverwritten() throws IOException {
    Path file = Files.writeString(temporary.resolve("data.json"), "{\"important\": 1}");
    try (ChatServer server = ChatServer.start(request -> Response.reply(TALK))) {
      assertThrows(InvalidDataException.class, () -> run(server, file));
    }
    assertEquals("{\"important\": 1}", Files.readString(file));
    assertThrows(InvalidOptionException.class, () -> new InstructionWriter(null, ALL, 0));
  }

  private static Outcome run(ChatServer server, Path file) {
    try (ChatModel model = model(server)) {
      return new InstructionWriter(model, ALL, 3).write(SCENES, file, () -> {});
    }
  }

  private static ChatModel model(ChatServer server) {
    return new HttpChatModel(
        server.endpoint(), HttpChatModel.Options.of("m").withAttempts(2, Duration.ofMillis(1)));
  }

  private static List<LlavaExample> read(Path file) {
    return JsonNode.read(file).asList().stream().map(LlavaExample::of).toList();
  }
}
