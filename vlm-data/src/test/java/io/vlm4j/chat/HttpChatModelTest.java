package io.vlm4j.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.chat.ChatServer.Response;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.ServiceException;
import io.vlm4j.error.VlmException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpChatModelTest {
  private static final HttpChatModel.Options QUICK =
      HttpChatModel.Options.of("tiny-chat").withAttempts(4, Duration.ofMillis(5));
  private static final List<ChatTurn> TURNS =
      List.of(ChatTurn.system("Be brief."), ChatTurn.user("Say \"hé\"\n<now>."));

  @Test
  void saysWhatTheProtocolWants() {
    try (ChatServer server = ChatServer.start(request -> Response.reply(" hé \n"));
        ChatModel model = new HttpChatModel(server.endpoint(), QUICK.withApiKey("k3y"))) {
      assertEquals("hé", model.reply(TURNS));
      JsonNode request = server.requests().get(0);
      assertEquals("tiny-chat", request.getString("model"));
      assertEquals(0.7, request.getDouble("temperature"));
      assertEquals(1024, request.getInt("max_tokens"));
      List<JsonNode> messages = request.getList("messages");
      assertEquals("system", messages.get(0).getString("role"));
      assertEquals("Be brief.", messages.get(0).getString("content"));
      assertEquals("user", messages.get(1).getString("role"));
      assertEquals("Say \"hé\"\n<now>.", messages.get(1).getString("content"));
      assertEquals(List.of("Bearer k3y"), server.authorizations());
      assertFalse(QUICK.withApiKey("k3y").toString().contains("k3y"));
    }
  }

  @Test
  void triesAgainWhenTheServiceIsBusyOrBroken() {
    Response busy = new Response(429, "slow down", Map.of("Retry-After", "1"));
    Iterator<Response> responses =
        List.of(busy, Response.error(503, "starting"), Response.reply("ready")).iterator();
    long start = System.nanoTime();
    try (ChatServer server = ChatServer.start(request -> responses.next());
        ChatModel model = new HttpChatModel(server.endpoint() + "/", QUICK)) {
      assertEquals("ready", model.reply(TURNS));
      assertEquals(3, server.requests().size());
      assertEquals(List.of("null", "null", "null"), server.authorizations());
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(millis >= 1000, () -> "Retry-After is a second, but it came again in " + millis);
  }

  @Test
  void givesUpAtLast() {
    try (ChatServer server =
        ChatServer.start(request -> Response.error(500, "out of \\n memory"))) {
      String message = failure(ServiceException.class, server.endpoint());
      assertTrue(message.contains("4 attempts"), message);
      assertTrue(message.contains("status 500, out of memory"), message);
      assertEquals(4, server.requests().size());
    }
    String nobody = failure(ServiceException.class, "http://127.0.0.1:1/v1");
    assertTrue(nobody.contains("ConnectException"), nobody);
  }

  @Test
  void doesNotRepeatWhatIsRefused() {
    try (ChatServer server = ChatServer.start(request -> Response.error(401, "no such key"))) {
      String message = failure(ServiceException.class, server.endpoint());
      assertTrue(message.contains("status 401, no such key"), message);
      assertEquals(1, server.requests().size());
    }
    try (ChatServer server = ChatServer.start(request -> Response.error(400, "too long"))) {
      String message = failure(InvalidPromptException.class, server.endpoint());
      assertTrue(message.contains("status 400, too long"), message);
    }
  }

  @Test
  void repliesThatAreNoneAreErrors() {
    for (String body : List.of("", "<html>", "{\"choices\":[]}", "{\"choices\":[{}]}", "[]")) {
      try (ChatServer server = ChatServer.start(request -> new Response(200, body, Map.of()))) {
        String message = failure(ServiceException.class, server.endpoint());
        assertTrue(message.contains("the reply of " + server.endpoint()), message);
      }
    }
  }

  @Test
  void badOptionsAreErrors() {
    for (String address : List.of("", "localhost:80", "ftp://a/b", "http://", "http://a b")) {
      assertThrows(InvalidOptionException.class, () -> new HttpChatModel(address, QUICK), address);
    }
    assertThrows(InvalidOptionException.class, () -> HttpChatModel.Options.of(" "));
    assertThrows(InvalidOptionException.class, () -> QUICK.withTemperature(-1));
  }

  private static String failure(Class<? extends VlmException> type, String endpoint) {
    try (ChatModel model = new HttpChatModel(endpoint, QUICK)) {
      return assertThrows(type, () -> model.reply(TURNS)).getMessage();
    }
  }
}
