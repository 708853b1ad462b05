package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code trace} and {@code verify}. */
class ReferenceCommandsTest extends CommandTestBase {
  @Test
  void traceWritesTheReferencesNamesWithoutReadingItsFiles() throws IOException {
    Path checkpoint = checkpoint("smolvlm/base");
    for (String name : List.of("shapes", "rgba_and_gray", "turned_no_split", "beam3")) {
      Files.delete(checkpoint.resolve("golden/" + name + ".safetensors"));
    }
    Path out = temporary.resolve("out.safetensors");
    succeeds(
        "trace", "--model", checkpoint.toString(), "--case", "shapes", "--out", out.toString());
    SafetensorsFile expected =
        SafetensorsFile.open(TestData.path("smolvlm/base/golden/shapes.safetensors"));
    SafetensorsFile actual = SafetensorsFile.open(out);
    for (String name : expected.names()) {
      assertTrue(actual.names().contains(name), name);
      assertEquals(expected.info(name).elements(), actual.info(name).elements(), name);
    }
  }

  @Test
  void traceOfAnUnknownCaseNamesTheCases() {
    String checkpoint = checkpoint("llava/v1_5").toString();
    String out = temporary.resolve("out.safetensors").toString();
    assertFails(
        2,
        List.of("trace", "--model", checkpoint, "--case", "nothing", "--out", out),
        "'nothing'",
        "photo",
        "beam3");
  }

  @Test
  void verifyPassesAndSeesATensorThatWasTamperedWith() throws IOException {
    Path checkpoint = checkpoint("llava/full_strategy");
    Path cases = checkpoint.resolve("golden/cases.json");
    keepOnlyTheFirstCase(cases);
    String path = checkpoint.toString();
    assertTrue(succeeds("verify", path).out().endsWith("1 passed, 0 failed\n"));
    assertTrue(
        succeeds("verify", "--json", path).json().stream()
            .allMatch(line -> line.getString("status").equals("EQUAL")));

    Path reference = checkpoint.resolve("golden/photo.safetensors");
    byte[] bytes = Files.readAllBytes(reference);
    bytes[bytes.length - 1] ^= 0x40; // the exponent of the last number
    Files.write(reference, bytes);
    Outcome outcome = run("verify", path);
    assertEquals(1, outcome.code());
    assertTrue(outcome.out().contains("DIFFERENT"), outcome.out());
    assertTrue(outcome.out().endsWith("0 passed, 1 failed\n"), outcome.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "timm/resnet18",
        "nfnet/dm_nfnet",
        "openclip/resnet",
        "openclip/vit",
        "blip/retrieval",
        "blip2/retrieval",
        "imagebind/tiny"
      })
  void verifyTakesFoldersOfEveryKind(String name) {
    String path = checkpoint(name).toString();
    assertTrue(succeeds("verify", path).out().endsWith("1 passed, 0 failed\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "clip/vit_quick_gelu, 4",
    "siglip/image_text, 4",
    "owl/owlvit-tiny, 2",
    "owl/owlv2-tiny, 2",
    "detection/detr-tiny, 1",
    "detection/fasterrcnn-resnet-fpn, 1",
    "detection/maskrcnn-resnet-fpn, 1",
    "perceiver/fourier, 3",
    "perceiver/masked_lm, 2",
    "frozen/nf_resnet_gpt2, 4",
    "show_and_tell/cnn_lstm, 2",
    "show_and_tell/two_layers, 3",
    "idefics/resampler-qknorm, 4",
    "openflamingo/mpt-video, 3",
    "two_stream/lxmert-pretraining, 2",
    "two_stream/visualbert-qa, 3",
    "two_stream/visualbert-phrases, 2",
    "two_stream/visualbert-bypass, 2",
    "two_stream/vilbert-tasks, 2",
    "two_stream/vl-t5, 2",
    "two_stream/vl-t5-joint-norm, 1"
  })
  void verifyTakesEverySystem(String name, int cases) {
    String path = checkpoint(name).toString();
    assertTrue(succeeds("verify", path).out().endsWith(cases + " passed, 0 failed\n"));
  }

  @Test
  void inspectSeesThePartsOfAFolderWithAFolderInside() {
    String out =
        succeeds("inspect", "--json", checkpoint("frozen/nf_resnet_gpt2").toString()).out();
    for (String part : List.of("\"encoder\"", "\"connector\"", "\"language_model\"", "\"gpt2\"")) {
      assertTrue(out.contains(part), out);
    }
  }

  @Test
  void verifyWithoutAnyCaseFails() {
    assertFails(1, List.of("verify", temporary.toString()), "no golden/cases.json");
    assertFails(1, List.of("verify", temporary.resolve("nowhere").toString()), "no folder");
  }

  /** The repository has the outputs of some cases only. */
  private static void keepOnlyTheFirstCase(Path cases) throws IOException {
    String json = Files.readString(cases);
    int second = json.indexOf("\"name\"", json.indexOf("\"name\"") + 1);
    int comma = json.lastIndexOf(',', second);
    Files.writeString(cases, json.substring(0, comma) + "]}");
  }
}
