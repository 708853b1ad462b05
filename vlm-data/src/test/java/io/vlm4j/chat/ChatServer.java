package io.vlm4j.chat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vlm4j.config.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Speaks the protocol of chat completions on the loopback interface. */
public final class ChatServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final Function<JsonNode, Response> answer;
  private final List<JsonNode> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());

  /** What the server sends. */
  public record Response(int status, String body, Map<String, String> headers) {
    /** A reply as the protocol has it. */
    public static Response reply(String text) {
      return new Response(
          200,
          new com.google.gson.Gson()
              .toJson(
                  Map.of(
                      "choices",
                      List.of(Map.of("message", Map.of("role", "assistant", "content", text))))),
          Map.of());
    }

    /** An error as the protocol has it. */
    public static Response error(int status, String message) {
      return new Response(status, "{\"error\":{\"message\":\"" + message + "\"}}", Map.of());
    }
  }

  private ChatServer(HttpServer server, Function<JsonNode, Response> answer) {
    this.server = server;
    this.answer = answer;
  }

  /** Starts a server that answers each request. */
  public static ChatServer start(Function<JsonNode, Response> answer) {
    try {
      InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      ChatServer started = new ChatServer(HttpServer.create(anyPort, 0), answer);
      started.server.createContext("/v1/chat/completions", started::handle);
      started.server.setExecutor(started.threads);
      started.server.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The endpoint for clients. */
  public String endpoint() {
    return "http://"
        + server.getAddress().getHostString()
        + ":"
        + server.getAddress().getPort()
        + "/v1";
  }

  /** What was asked, in order. */
  public List<JsonNode> requests() {
    return List.copyOf(requests);
  }

  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    JsonNode request = JsonNode.parse(body, "a request");
    requests.add(request);
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    Response response = answer.apply(request);
    response.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(response.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
