package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands in this JVM and keeps what they print. */
abstract class CommandTestBase {
  static final String SMOLVLM = TestData.path("smolvlm/base").toString();
  static final String PHOTO = TestData.path("images/golden/photo.jpg").toString();
  static final String SMALL = TestData.path("images/golden/small.png").toString();

  @TempDir Path temporary;

  /** What a command did. */
  record Outcome(int code, String out, String err) {
    /** The objects that it printed, one a line. */
    List<JsonNode> json() {
      return out.lines().map(line -> JsonNode.parse(line, "a line of output")).toList();
    }
  }

  static Outcome run(String... arguments) {
    PrintStream standardOut = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code = Vlm.run(new PrintWriter(err, true), arguments);
      return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(standardOut);
    }
  }

  static Outcome succeeds(String... arguments) {
    Outcome outcome = run(arguments);
    assertEquals("", outcome.err());
    assertEquals(0, outcome.code());
    return outcome;
  }

  /** A command fails with one line on standard error, in which these words are. */
  static void assertFails(int code, List<String> arguments, String... words) {
    Outcome outcome = run(arguments.toArray(String[]::new));
    assertEquals(code, outcome.code(), outcome::err);
    assertEquals(1, outcome.err().lines().count(), outcome::err);
    assertTrue(outcome.err().startsWith("vlm: "), outcome::err);
    for (String word : words) {
      assertTrue(outcome.err().contains(word), () -> outcome.err() + " lacks " + word);
    }
  }

  /** A checkpoint of the test data with its cases and their images, as goldens are laid out. */
  Path checkpoint(String name) {
    Path folder = TinyModels.copy(TestData.path(name), temporary.resolve(name));
    TinyModels.copy(TestData.path("images/golden"), folder.resolve("golden/images"));
    return folder;
  }
}
