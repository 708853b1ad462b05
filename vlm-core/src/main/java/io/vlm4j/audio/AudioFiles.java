package io.vlm4j.audio;

import io.vlm4j.error.InvalidAudioException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/** Reads the uncompressed files that javax.sound knows. */
final class AudioFiles {
  /** The most bytes of samples. */
  static final int MAX_BYTES = 256 << 20;

  /** How the files begin that are read; javax.sound would play MIDI files too. */
  private static final List<String> BEGINNINGS = List.of("RIFF", "FORM", ".snd");

  private static final Set<Encoding> LAWS = Set.of(Encoding.ULAW, Encoding.ALAW);

  private AudioFiles() {}

  static Audio read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidAudioException(
          Files.exists(file) ? file + " is not a file; expected audio" : "no file " + file);
    }
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
      requireKnown(stream, file);
      try (AudioInputStream audio = plain(AudioSystem.getAudioInputStream(stream))) {
        return decode(audio, file);
      }
    } catch (UnsupportedAudioFileException e) {
      throw unknown(file, e);
    } catch (InvalidAudioException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // its parsers trust the headers' numbers
      throw new InvalidAudioException("cannot read the audio " + file + ": " + e.getMessage(), e);
    }
  }

  private static void requireKnown(InputStream stream, Path file) throws IOException {
    stream.mark(16);
    String beginning = new String(stream.readNBytes(4), StandardCharsets.ISO_8859_1);
    stream.reset();
    if (!BEGINNINGS.contains(beginning)) {
      throw unknown(file, null);
    }
  }

  private static InvalidAudioException unknown(Path file, Throwable cause) {
    return new InvalidAudioException(
        file
            + " is no WAV, AIFF or AU file of plain samples; convert it, for example with ffmpeg"
            + " -i IN -ac 1 -ar 16000 OUT.wav",
        cause);
  }

  private static AudioInputStream plain(AudioInputStream audio) {
    return LAWS.contains(audio.getFormat().getEncoding())
        ? AudioSystem.getAudioInputStream(Encoding.PCM_SIGNED, audio)
        : audio;
  }

  /** The first channel. */
  private static Audio decode(AudioInputStream audio, Path file) throws IOException {
    AudioFormat format = audio.getFormat();
    int frameSize = format.getFrameSize();
    int channels = format.getChannels();
    if (frameSize < 1 || channels < 1 || frameSize % channels != 0) {
      throw new InvalidAudioException(
          "%s has frames of %d bytes for %d channels".formatted(file, frameSize, channels));
    }
    byte[] bytes = wholeFrames(audio, frameSize, file);
    Sample sample = sample(format, frameSize / channels, file);
    ByteBuffer buffer =
        ByteBuffer.wrap(bytes)
            .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    Audio.requireLength(bytes.length / frameSize);
    float[] samples = new float[bytes.length / frameSize];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = sample.at(buffer, i * frameSize);
    }
    return Audio.of(samples, Math.round(format.getSampleRate()));
  }

  /** An AudioInputStream gives nothing, and no end, to who asks for less than a frame. */
  private static byte[] wholeFrames(AudioInputStream audio, int frameSize, Path file)
      throws IOException {
    byte[] buffer = new byte[(1 << 16) / frameSize * frameSize + frameSize];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int n = audio.read(buffer); n > 0; n = audio.read(buffer)) {
      all.write(buffer, 0, n);
      if (all.size() > MAX_BYTES) {
        throw new InvalidAudioException(
            "%s has more than %d bytes of samples; cut it".formatted(file, MAX_BYTES));
      }
    }
    return all.toByteArray();
  }

  /** How a number is stored. */
  private static Sample sample(AudioFormat format, int size, Path file) {
    Encoding encoding = format.getEncoding();
    if (encoding.equals(Encoding.PCM_FLOAT) && size == Float.BYTES) {
      return ByteBuffer::getFloat;
    }
    if (encoding.equals(Encoding.PCM_FLOAT) && size == Double.BYTES) {
      return (bytes, at) -> (float) bytes.getDouble(at);
    }
    if (encoding.equals(Encoding.PCM_UNSIGNED) && size == 1) {
      return (bytes, at) -> ((bytes.get(at) & 0xff) - 128) / 128f;
    }
    if (encoding.equals(Encoding.PCM_SIGNED) && size >= 1 && size <= 4) {
      double range = Math.scalb(1.0, 8 * size - 1);
      return (bytes, at) -> (float) (whole(bytes, at, size) / range);
    }
    throw new InvalidAudioException(
        "%s has samples of %s in %d bytes; supported are whole numbers of 8 to 32 bits and real ones"
            .formatted(file, encoding, size));
  }

  private static int whole(ByteBuffer bytes, int at, int size) {
    boolean big = bytes.order() == ByteOrder.BIG_ENDIAN;
    int value = bytes.get(big ? at : at + size - 1); // the byte with the sign
    for (int i = 1; i < size; i++) {
      value = value << 8 | (bytes.get(big ? at + i : at + size - 1 - i) & 0xff);
    }
    return value;
  }

  @FunctionalInterface
  private interface Sample {
    float at(ByteBuffer bytes, int offset);
  }
}
