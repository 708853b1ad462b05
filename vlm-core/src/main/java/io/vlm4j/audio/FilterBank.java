package io.vlm4j.audio;

import io.vlm4j.error.InvalidAudioException;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;

/**
 * Logarithms of the energies in bands of the mel scale, as Kaldi has them: frames of 25 ms every 10
 * ms under a Hann window, pre-emphasis 0.97, triangles from 20 Hz to half the sample rate.
 *
 * @see <a href="https://kaldi-asr.org/doc/feat.html">Kaldi: feature extraction</a>
 */
public final class FilterBank {
  private static final double FRAME_SECONDS = 0.025;
  private static final double SHIFT_SECONDS = 0.010;
  private static final double LOWEST_HERTZ = 20;

  private final int sampleRate;
  private final int bins;
  private final int frame;
  private final int shift;
  private final int transform;

  /**
   * A bank.
   *
   * @param sampleRate of the sounds, enough for bands above 20 Hz
   * @param bins number of bands
   */
  public FilterBank(int sampleRate, int bins) {
    this.sampleRate = sampleRate;
    this.bins = bins;
    this.frame = (int) (sampleRate * FRAME_SECONDS);
    this.shift = (int) (sampleRate * SHIFT_SECONDS);
    if (frame < 2 || shift < 1 || bins < 1 || sampleRate <= 2 * LOWEST_HERTZ) {
      throw new InvalidAudioException(
          "no filter bank of %d bands for %d samples a second".formatted(bins, sampleRate));
    }
    this.transform = frame == 1 ? 1 : Integer.highestOneBit(frame - 1) * 2;
  }

  /** Number of bands. */
  public int bins() {
    return bins;
  }

  /**
   * The spectrogram of samples.
   *
   * @param samples of one channel at this bank's rate
   * @return float32 [frames, bins] on the CPU
   * @throws InvalidAudioException if there are not enough samples for one frame
   */
  public Tensor apply(float... samples) {
    if (samples.length < frame) {
      throw new InvalidAudioException(
          "the audio is too short: %d samples at %d a second; a spectrogram takes at least %d"
              .formatted(samples.length, sampleRate, frame));
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor spectrogram =
          KernelLibrary.shared()
              .call(
                  "log_mel",
                  Tensor.of(samples, samples.length),
                  Tensor.of(hann(), frame),
                  Tensor.of(triangles(), transform / 2 + 1, bins),
                  shift,
                  transform);
      return scope.keep(spectrogram);
    }
  }

  private float[] hann() {
    float[] window = new float[frame];
    for (int i = 0; i < frame; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / (frame - 1)));
    }
    return window;
  }

  /** [transform / 2 + 1, bins]; nothing is taken of the highest frequency. */
  private float[] triangles() {
    double low = mel(LOWEST_HERTZ);
    double step = (mel(sampleRate / 2.0) - low) / (bins + 1);
    float[] weights = new float[(transform / 2 + 1) * bins];
    for (int k = 0; k < transform / 2; k++) {
      double frequency = mel((double) sampleRate / transform * k);
      for (int b = 0; b < bins; b++) {
        double rising = (frequency - (low + b * step)) / step;
        weights[k * bins + b] = (float) Math.max(0, Math.min(rising, 2 - rising));
      }
    }
    return weights;
  }

  private static double mel(double hertz) {
    return 1127 * Math.log(1 + hertz / 700);
  }
}
