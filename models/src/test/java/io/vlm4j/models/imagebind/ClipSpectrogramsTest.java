package io.vlm4j.models.imagebind;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.TestData;
import io.vlm4j.audio.Audio;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidAudioException;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the published model reads of sounds, against torchaudio. */
@ExtendWith(LeakCheck.class)
class ClipSpectrogramsTest {
  private static final String SOUNDS = "imagebind/sounds/";
  private static final int BINS = 128;
  private static final int FRAMES = 204;

  /** Those that the file of expected values holds. */
  private static final int[] SOME = {0, 9, 29, 100, 196, 197, 198, 203};

  private static final ImageBindConfig HUGE =
      ImageBindConfig.of(JsonNode.parse("{\"model_type\": \"imagebind\"}", "config.json"));

  @ParameterizedTest
  @ValueSource(strings = {"rising", "short", "dense"})
  void theClipsOfAFileEqualTorchaudio(String name) {
    SafetensorsFile file = SafetensorsFile.open(TestData.path(SOUNDS + "expected.safetensors"));
    try (TensorScope scope = TensorScope.open()) {
      float[] expected = file.load(name + ".mel").toFloats();
      Tensor clips =
          new ClipSpectrograms(HUGE.spectrogram())
              .of(Audio.read(TestData.path(SOUNDS + name + ".wav")));
      assertArrayEquals(new long[] {1, 3, 1, BINS, FRAMES}, clips.shape());
      float[] found = clips.toFloats();
      for (int row = 0; row < 3 * BINS; row++) {
        for (int i = 0; i < SOME.length; i++) {
          float wanted = expected[row * SOME.length + i];
          // As for all tensors of the reference: rounding shows in bands of hardly any energy.
          assertEquals(wanted, found[row * FRAMES + SOME[i]], 1e-4 + 1e-3 * Math.abs(wanted));
        }
      }
    }
  }

  @Test
  void lessThanAFrameIsAnError() {
    ClipSpectrograms spectrograms = new ClipSpectrograms(HUGE.spectrogram());
    String message =
        assertThrows(
                InvalidAudioException.class, () -> spectrograms.of(Audio.of(new float[399], 16000)))
            .getMessage();
    assertTrue(message.contains("399"), message);
  }

  @Test
  void theConstructorsNamesAreReadToo() {
    ImageBindConfig config =
        ImageBindConfig.of(
            JsonNode.parse(
                "{\"vision_embed_dim\": 48, \"kernel_size\": [2, 7, 7], \"audio_stride\": 8,"
                    + " \"audio_num_heads\": 4, \"text\": {\"num_blocks\": 3}}",
                "config.json"));
    assertEquals(48, config.vision().size());
    assertEquals(7, config.patchSize());
    assertEquals(8, config.stride());
    assertEquals(4, config.audio().heads());
    assertEquals(3, config.text().blocks());
    assertEquals(229, HUGE.soundPatches() + 1);
    assertEquals(256, HUGE.imagePatches() * HUGE.imagePatches());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"audio\": {\"num_heads\": 7}",
        "\"audio\": {\"stride\": 0}",
        "\"out_embed_dim\": 0",
        "\"vision\": {\"image_size\": 7}",
        "\"audio\": {\"std\": 0}"
      })
  void impossibleShapesAreRefused(String entry) {
    JsonNode json = JsonNode.parse("{" + entry + "}", "config.json");
    assertThrows(InvalidModelException.class, () -> ImageBindConfig.of(json));
  }
}
