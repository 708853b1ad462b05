package io.vlm4j.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.TestData;
import io.vlm4j.error.InvalidAudioException;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in all encodings, and resampling against torchaudio. */
@ExtendWith(LeakCheck.class)
class AudioTest {
  private static final String SOUNDS = "imagebind/sounds/";
  private static final float[] VALUES = {0, 0.5f, -0.5f, 0.25f, -1};

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"rising, 16000", "dense, 16000", "short, 16000"})
  void resamplingEqualsTorchaudio(String name, int rate) {
    Audio resampled = Audio.read(TestData.path(SOUNDS + name + ".wav")).resampled(rate);
    SafetensorsFile expected = SafetensorsFile.open(TestData.path(SOUNDS + "expected.safetensors"));
    try (TensorScope scope = TensorScope.open()) {
      assertEquals(expected.load(name + ".length").toInts()[0], resampled.length());
      float[] some = expected.load(name + ".resampled").toFloats();
      float[] samples = resampled.samples();
      for (int i = 0; i < some.length; i++) {
        assertEquals(some[i], samples[499 * i], 2e-6);
      }
    }
  }

  @Test
  void oneTakesThePlaceOfSeveralSamplesAndBack() {
    float[] wave = new float[4410];
    for (int i = 0; i < wave.length; i++) {
      wave[i] = (float) Math.sin(2 * Math.PI * 440 * i / 44100.0);
    }
    Audio audio = Audio.of(wave, 44100);
    Audio back = audio.resampled(16000).resampled(44100);
    assertEquals(4410, back.length());
    assertEquals(0.1, back.seconds(), 1e-9);
    for (int i = 400; i < 4000; i++) { // the filter sees past both ends
      assertEquals(wave[i], back.samples()[i], 1e-2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, false, WAVE",
    "16, false, WAVE",
    "24, false, WAVE",
    "32, false, WAVE",
    "16, true, AIFF",
    "24, true, AIFF",
    "16, true, AU",
    "32, true, AU"
  })
  void wholeNumbersAreShareOfTheirRange(int bits, boolean bigEndian, String type)
      throws IOException {
    boolean signed = bits > 8;
    AudioFormat format = new AudioFormat(8000, bits, 2, signed, bigEndian);
    ByteBuffer bytes = ByteBuffer.allocate(VALUES.length * format.getFrameSize());
    for (float value : VALUES) {
      put(bytes, (long) (value * (1L << (bits - 1))) + (signed ? 0 : 128), bits / 8, bigEndian);
      put(bytes, signed ? 1 : 129, bits / 8, bigEndian); // the second channel
    }
    assertArrayEquals(VALUES, read(bytes.array(), format, type).samples(), 1e-7f);
  }

  @Test
  void realNumbersAreWhatTheyAre() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * VALUES.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(VALUES);
    AudioFormat format = new AudioFormat(Encoding.PCM_FLOAT, 16000, 32, 1, 4, 16000, false);
    assertArrayEquals(VALUES, read(bytes.array(), format, "WAVE").samples());
  }

  @Test
  void lawsAreUndone() throws IOException {
    AudioFormat format = new AudioFormat(Encoding.ULAW, 8000, 8, 1, 1, 8000, false);
    byte[] silenceAndLoudest = {(byte) 0xff, (byte) 0x80};
    float[] samples = read(silenceAndLoudest, format, "WAVE").samples();
    assertEquals(0, samples[0], 1e-4);
    assertEquals(32124 / 32768f, samples[1], 1e-4);
  }

  @Test
  void equalSoundsAreEqual() {
    Audio one = Audio.of(VALUES, 16000);
    assertEquals(one, Audio.of(VALUES, 16000));
    assertEquals(one.hashCode(), Audio.of(VALUES, 16000).hashCode());
    assertNotEquals(one, Audio.of(VALUES, 8000));
    assertNotEquals(one, Audio.of(new float[] {1}, 16000));
  }

  @Test
  void whatIsNoSoundIsAnError() throws IOException {
    assertTrue(message(folder.resolve("missing.wav")).startsWith("no file"));
    assertTrue(message(folder).contains("not a file"));
    Path mp3 = Files.write(folder.resolve("a.mp3"), new byte[] {'I', 'D', '3', 4, 0, 0});
    assertTrue(message(mp3).contains("ffmpeg"));
    Path midi = Files.write(folder.resolve("a.mid"), new byte[] {'M', 'T', 'h', 'd', 0, 0, 0, 6});
    assertTrue(message(midi).contains("ffmpeg"));
    assertThrows(InvalidAudioException.class, () -> Audio.of(new float[0], 16000));
    assertThrows(InvalidAudioException.class, () -> Audio.of(new float[] {Float.NaN}, 16000));
    assertThrows(InvalidAudioException.class, () -> Audio.of(VALUES, 0));
    assertThrows(
        InvalidAudioException.class,
        () -> Audio.of(new float[1 << 16], 1).resampled(16000)); // 2^30 samples
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aDamagedFileIsAnErrorOrASound(long seed) throws IOException {
    byte[] whole = Files.readAllBytes(TestData.path(SOUNDS + "short.wav"));
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(600));
      for (int k = 0; k < 3 && damaged.length > 0; k++) {
        damaged[random.nextInt(Math.min(44, damaged.length))] = (byte) random.nextInt(256);
      }
      Path file = Files.write(folder.resolve("damaged.wav"), damaged);
      try {
        assertTrue(Audio.read(file).length() > 0);
      } catch (InvalidAudioException e) {
        assertTrue(e.getMessage().contains("damaged.wav") || e.getMessage().contains("audio has"));
      }
    }
  }

  private static void put(ByteBuffer bytes, long value, int size, boolean bigEndian) {
    for (int i = 0; i < size; i++) {
      bytes.put((byte) (value >> (8 * (bigEndian ? size - 1 - i : i))));
    }
  }

  private Audio read(byte[] bytes, AudioFormat format, String type) throws IOException {
    AudioFileFormat.Type fileType =
        switch (type) {
          case "AIFF" -> AudioFileFormat.Type.AIFF;
          case "AU" -> AudioFileFormat.Type.AU;
          default -> AudioFileFormat.Type.WAVE;
        };
    long frames = bytes.length / format.getFrameSize();
    Path file = folder.resolve("sound");
    try (AudioInputStream stream =
        new AudioInputStream(new ByteArrayInputStream(bytes), format, frames)) {
      AudioSystem.write(stream, fileType, file.toFile());
    }
    Audio audio = Audio.read(file);
    assertEquals(format.getSampleRate(), audio.sampleRate());
    return audio;
  }

  private static String message(Path file) {
    return assertThrows(InvalidAudioException.class, () -> Audio.read(file)).getMessage();
  }
}
