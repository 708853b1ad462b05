package io.vlm4j.audio;

import io.vlm4j.error.InvalidAudioException;
import java.nio.file.Path;
import java.util.Arrays;

/** A sound of one channel, as samples from -1 to 1. Immutable; equal if all samples are. */
public final class Audio {
  /** The most samples of a sound: 70 minutes at 16 kHz. */
  public static final int MAX_SAMPLES = 1 << 26;

  private static final int MAX_SAMPLE_RATE = 1_000_000;

  private final float[] samples;
  private final int sampleRate;
  private int hash;

  private Audio(float[] samples, int sampleRate) {
    requireLength(samples.length);
    if (sampleRate < 1 || sampleRate > MAX_SAMPLE_RATE) {
      throw new InvalidAudioException(
          "the audio has %d samples a second; expected 1 to %d"
              .formatted(sampleRate, MAX_SAMPLE_RATE));
    }
    this.samples = samples;
    this.sampleRate = sampleRate;
  }

  /**
   * Reads a WAV, AIFF or AU file: whole numbers of 8 to 32 bits, real numbers of 32 or 64 bits,
   * mu-law or A-law; at most 256 MiB. Of several channels the first is read, the one that
   * torchaudio's filter banks take.
   *
   * @throws InvalidAudioException if the file is missing, damaged, too large or of another format
   *     (MP3, FLAC, Ogg)
   */
  public static Audio read(Path file) {
    return AudioFiles.read(file);
  }

  /**
   * A sound from samples at hand.
   *
   * @param samples of one channel, from -1 to 1; they are copied
   * @param sampleRate samples a second
   * @throws InvalidAudioException if there are no samples, or one is not a number
   */
  public static Audio of(float[] samples, int sampleRate) {
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new InvalidAudioException(
            "sample " + i + " of the audio is " + samples[i] + "; expected finite numbers");
      }
    }
    return new Audio(samples.clone(), sampleRate);
  }

  static void requireLength(long samples) {
    if (samples < 1 || samples > MAX_SAMPLES) {
      throw new InvalidAudioException(
          "the audio has %d samples; expected 1 to %d: cut it".formatted(samples, MAX_SAMPLES));
    }
  }

  /** The samples, as a copy. */
  public float[] samples() {
    return samples.clone();
  }

  /** Number of samples. */
  public int length() {
    return samples.length;
  }

  /** Samples a second. */
  public int sampleRate() {
    return sampleRate;
  }

  /** How long it is. */
  public double seconds() {
    return (double) samples.length / sampleRate;
  }

  /**
   * The same sound with another number of samples a second; itself if it has that many.
   *
   * @throws InvalidAudioException if it would have more than {@link #MAX_SAMPLES}
   */
  public Audio resampled(int rate) {
    return rate == sampleRate
        ? this
        : new Audio(new Resampler(sampleRate, rate).resample(samples), rate);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Audio audio
            && sampleRate == audio.sampleRate
            && Arrays.equals(samples, audio.samples));
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = 31 * Arrays.hashCode(samples) + sampleRate;
    }
    return hash;
  }

  @Override
  public String toString() {
    return "Audio[%.2f s, %d Hz]".formatted(seconds(), sampleRate);
  }
}
