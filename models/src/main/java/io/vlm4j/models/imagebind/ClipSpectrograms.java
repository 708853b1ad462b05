package io.vlm4j.models.imagebind;

import io.vlm4j.audio.Audio;
import io.vlm4j.audio.FilterBank;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What the model reads of a sound: the spectrograms of some clips of it, the first at its
 * beginning, the last at its end.
 */
final class ClipSpectrograms {
  private final Shape shape;
  private final FilterBank bank;

  /**
   * What they look like.
   *
   * @param sampleRate samples a second
   * @param bins bands M
   * @param frames F of each clip; shorter ones end in zeros
   * @param seconds of a clip
   * @param clips number S
   * @param mean is subtracted
   * @param std divides what is left
   */
  record Shape(
      int sampleRate, int bins, int frames, int seconds, int clips, double mean, double std) {
    Shape {
      if (sampleRate < 1 || bins < 1 || frames < 1 || seconds < 1 || clips < 1 || !(std > 0)) {
        throw new InvalidModelException(
            "audio.sample_rate, num_mel_bins, target_len, clip_duration, clips_per_video and std"
                + " must be positive");
      }
    }
  }

  ClipSpectrograms(Shape shape) {
    this.shape = shape;
    this.bank = new FilterBank(shape.sampleRate(), shape.bins());
  }

  /**
   * The clips of a sound.
   *
   * @return float32 [1, S, 1, M, F] on the CPU
   * @throws io.vlm4j.error.InvalidAudioException if it is too short for one frame
   */
  Tensor of(Audio sound) {
    float[] samples = sound.resampled(shape.sampleRate()).samples();
    try (TensorScope scope = TensorScope.open()) {
      Tensor[] clips = new Tensor[shape.clips()];
      int length = shape.sampleRate() * shape.seconds();
      for (int i = 0; i < clips.length; i++) {
        int start = start(samples.length, i);
        int end = Math.min(samples.length, start + length);
        centre(samples, start, end);
        clips[i] = spectrogram(Arrays.copyOfRange(samples, start, end));
      }
      Tensor all = Tensor.cat(0, clips);
      return scope.keep(all.view(1, shape.clips(), 1, shape.bins(), shape.frames()));
    }
  }

  /** Takes a clip's mean off it where it stands, as the reference does: clips may overlap. */
  private static void centre(float[] samples, int start, int end) {
    float mean =
        (float) IntStream.range(start, end).mapToDouble(i -> samples[i]).average().orElse(0);
    for (int i = start; i < end; i++) {
      samples[i] -= mean;
    }
  }

  /** [1, M, F], cut or filled with zeros before it is normalised. */
  private Tensor spectrogram(float... clip) {
    Tensor energies = bank.apply(clip);
    int found = Math.min(energies.size(0), shape.frames());
    Tensor kept = energies.narrow(0, 0, found);
    if (found < shape.frames()) {
      int missing = (shape.frames() - found) * shape.bins();
      Tensor silence = Tensor.of(new float[missing], shape.frames() - found, shape.bins());
      kept = Tensor.cat(0, kept, silence);
    }
    Tensor shift = Tensor.of(new float[] {(float) -shape.mean()}, 1);
    return kept.transpose(0, 1).add(shift).mul(1 / shape.std()).view(1, shape.bins(), -1);
  }

  /**
   * The first sample of a clip. The reference counts in seconds, by exact fractions of a duration
   * that is rounded to a double, and then drops what is less than a sample.
   */
  private int start(int samples, int clip) {
    double duration = (double) samples / shape.sampleRate();
    double latest = Math.max(duration - shape.seconds(), 0);
    return new BigDecimal(latest)
        .multiply(BigDecimal.valueOf((long) clip * shape.sampleRate()))
        .divideToIntegralValue(BigDecimal.valueOf(Math.max(shape.clips() - 1, 1)))
        .toBigInteger()
        .intValueExact();
  }
}
