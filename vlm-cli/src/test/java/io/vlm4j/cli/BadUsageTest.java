package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Errors: one line on standard error, 2 for bad usage, 1 for all else. */
class BadUsageTest extends CommandTestBase {
  @Test
  void badUsage() {
    assertFails(2, List.of(), "a command is missing", "--help");
    assertFails(2, List.of("dance"), "dance");
    assertFails(2, List.of("caption"), "IMAGE");
    assertFails(2, List.of("ask", PHOTO), "QUESTION");
    String lxmert = TestData.path("two_stream/lxmert-pretraining").toString();
    assertFails(2, List.of("ask", "--model", lxmert, PHOTO, "what?"), "--regions");
    assertFails(
        1, List.of("ask", "--model", lxmert, "--regions", SMOLVLM, PHOTO, "what?"), "smolvlm");
    assertFails(
        2, List.of("ask", "--model", SMOLVLM, "--regions", lxmert, PHOTO, "what?"), "--regions");
    assertFails(2, List.of("caption", "--beams", "many", PHOTO), "many");
    assertFails(2, List.of("caption", "--unheard-of", PHOTO), "--unheard-of");
    assertFails(2, List.of("trace", "--model", SMOLVLM), "--case");
  }

  @Test
  void helpAndVersionSucceed() {
    assertTrue(succeeds("--help").out().contains("caption"));
    assertTrue(succeeds("--version").out().startsWith("vlm4j "));
    assertTrue(succeeds("caption", "--help").out().contains("--max-new-tokens"));
  }

  @Test
  void badModels() {
    Path empty = TinyModels.write(temporary.resolve("empty/readme.txt"), "").getParent();
    Path unknown = temporary.resolve("unknown");
    TinyModels.write(unknown.resolve("config.json"), "{\"model_type\": \"flying_carpet\"}");
    assertFails(1, caption(temporary.resolve("nowhere").toString(), PHOTO), "no folder");
    assertFails(1, caption("nobody/nothing-at-all", PHOTO), "no folder", "hub");
    assertFails(1, caption(empty.toString(), PHOTO), "no config.json");
    assertFails(1, caption(unknown.toString(), PHOTO), "flying_carpet", "smolvlm");
    assertFails(1, List.of("inspect", empty.toString()), "no config.json");
  }

  @Test
  void badImages() throws IOException {
    assertImageFails("absent.jpg", null, "no image file");
    assertImageFails("empty.jpg", new byte[0], "is empty");
    assertImageFails("text.jpg", "no picture".getBytes(StandardCharsets.UTF_8), "not an image");
    byte[] photo = Files.readAllBytes(Path.of(PHOTO));
    assertImageFails("cut.jpg", Arrays.copyOf(photo, photo.length / 2), "truncated");
    assertImageFails("huge.png", pngHeader(50_000, 50_000), "50000 x 50000", "limit");
    Path none = Files.createDirectory(temporary.resolve("none"));
    assertFails(1, caption(SMOLVLM, none.toString()), "no image files in the folder");
  }

  @Test
  void oneBadImageDoesNotKeepTheOthersFromTheirCaptions() {
    String bad = TinyModels.write(temporary.resolve("bad.png"), "no picture").toString();
    Outcome outcome = run("caption", "--model", SMOLVLM, "--json", bad, SMALL);
    assertEquals(1, outcome.code());
    assertEquals(SMALL, outcome.json().get(0).getString("image"));
    assertEquals(1, outcome.err().lines().count());
    assertTrue(outcome.err().startsWith("vlm: " + bad), outcome.err());
  }

  @Test
  void badPrompts() {
    assertPromptFails("{\"parts\": [", "prompt.json");
    assertPromptFails("{}", "neither");
    assertPromptFails("{\"parts\": []}", "empty");
    assertPromptFails("{\"parts\": [{\"sound\": \"a.wav\"}]}", "sound");
    assertPromptFails("{\"parts\": [{\"image\": \"absent.png\"}]}", "absent.png");
    assertPromptFails("{\"examples\": 3, \"query\": {\"image\": \"small.png\"}}", "examples");
    assertPromptFails("{\"parts\": [{\"text\": \"<image>\"}]}", "1 image placeholder", "0 image");
    assertFails(1, List.of("ask", "--model", SMOLVLM, SMALL, ""), "empty");
    assertFails(1, List.of("ask", "--model", SMOLVLM, SMALL, "why? ".repeat(500)), "1024");
  }

  private void assertPromptFails(String json, String... words) {
    String file = TinyModels.write(temporary.resolve("prompt.json"), json).toString();
    assertFails(1, List.of("generate", "--model", SMOLVLM, "--prompt", file), words);
  }

  private void assertImageFails(String name, byte[] content, String... words) throws IOException {
    Path file = temporary.resolve(name);
    if (content != null) {
      Files.write(file, content);
    }
    assertFails(1, caption(SMOLVLM, file.toString()), words);
    assertFails(1, List.of("ask", "--model", SMOLVLM, file.toString(), "what?"), words);
  }

  private static List<String> caption(String model, String image) {
    return List.of("caption", "--model", model, image);
  }

  /** The beginning of a PNG, up to its size. */
  private static byte[] pngHeader(int width, int height) {
    byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    ByteBuffer header = ByteBuffer.allocate(17).put("IHDR".getBytes(StandardCharsets.US_ASCII));
    header.putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.array());
    return ByteBuffer.allocate(33)
        .put(signature)
        .putInt(13)
        .put(header.array())
        .putInt((int) crc.getValue())
        .array();
  }
}
