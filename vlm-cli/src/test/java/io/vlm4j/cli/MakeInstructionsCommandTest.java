package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MakeInstructionsCommandTest extends CommandTestBase {
  private final AtomicReference<String> reply =
      new AtomicReference<>("Question: What?\\nAnswer: That.");
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String body = "{\"choices\":[{\"message\":{\"content\":\"" + reply.get() + "\"}}]}";
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void writesInstructionsAndGoesOn() {
    Path captions = TinyModels.write(temporary.resolve("c.tsv"), "a.jpg\tone\nb.jpg\ttwo\n");
    Path boxes =
        TinyModels.write(
            temporary.resolve("b.json"),
            "{\"a.jpg\": [{\"label\": \"x\", \"box\": [0, 0, 1, 1]}]}");
    Path out = temporary.resolve("out.json");
    String endpoint = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    String[] command = {
      "make-instructions",
      "--captions",
      captions.toString(),
      "--boxes",
      boxes.toString(),
      "--endpoint",
      endpoint,
      "--api-model",
      "m",
      "--kinds",
      "conversation,detail",
      "--out",
      out.toString(),
      "--json"
    };
    reply.set("no form");
    Outcome failed = run(command);
    assertEquals(1, failed.code());
    assertTrue(failed.err().startsWith("vlm: 2 could not be written"), failed.err());
    assertEquals(2, JsonNode.read(out).asList().size()); // a description may be anything
    reply.set("Question: What?\\nAnswer: That.");
    JsonNode line = succeeds(command).json().get(0);
    assertEquals(4, line.getInt("examples"));
    assertEquals(2, line.getInt("new"));
    assertEquals("a.jpg-conversation", JsonNode.read(out).asList().get(0).getString("id"));
  }

  @Test
  void badUsage() {
    String captions = TinyModels.write(temporary.resolve("c.tsv"), "a.jpg\tone\n").toString();
    String out = temporary.resolve("out.json").toString();
    List<String> nobody = List.of("make-instructions", "--captions", captions, "--out", out);
    assertFails(2, nobody, "--endpoint");
    List<String> noModel =
        List.of(
            "make-instructions", "--captions", captions, "--out", out, "--endpoint", "http://h/v1");
    assertFails(2, noModel, "--api-model");
    List<String> noKey =
        List.of(
            "make-instructions",
            "--captions",
            captions,
            "--out",
            out,
            "--endpoint",
            "http://h/v1",
            "--api-model",
            "m",
            "--api-key-env",
            "VLM4J_TEST_UNSET");
    assertFails(2, noKey, "VLM4J_TEST_UNSET");
  }
}
