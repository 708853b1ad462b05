package io.vlm4j.nn;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;

/**
 * The frequencies of rotary positions and the ways in which checkpoints stretch them beyond the
 * context of their pre-training.
 *
 * @see <a
 *     href="https://github.com/huggingface/transformers/blob/v4.57.6/src/transformers/modeling_rope_utils.py">modeling_rope_utils.py</a>
 */
public final class RotaryScaling {
  private final Stretch stretch;
  private final double attentionFactor;

  private RotaryScaling(Stretch stretch, double attentionFactor) {
    this.stretch = stretch;
    this.attentionFactor = attentionFactor;
  }

  /**
   * Reads {@code rope_theta} and {@code rope_scaling} of a hub configuration.
   *
   * @param rotated features of a head that are rotated; even
   */
  public static RotaryScaling of(JsonNode config, int rotated, double defaultTheta) {
    return ofTheta(config, rotated, config.getDouble("rope_theta", defaultTheta));
  }

  /**
   * Reads {@code rope_scaling} alone.
   *
   * @param rotated features of a head that are rotated; of an odd number one more is
   */
  public static RotaryScaling ofTheta(JsonNode config, int rotated, double theta) {
    double[] plain = frequencies(theta, rotated);
    if (!config.has("rope_scaling")) {
      return constant(plain);
    }
    JsonNode scaling = config.get("rope_scaling");
    String type = scaling.getString("rope_type", scaling.getString("type", "default"));
    int maxPositions = config.getInt("max_position_embeddings", 2048);
    return switch (type) {
      case "default", "mrope" -> constant(plain);
      case "linear" -> constant(divided(plain, scaling.getDouble("factor")));
      case "dynamic" -> dynamic(theta, rotated, scaling.getDouble("factor"), maxPositions);
      case "llama3" -> constant(llama3(plain, scaling));
      case "yarn" -> yarn(theta, rotated, scaling, maxPositions);
      case "longrope", "su" -> longRope(plain, config, scaling, maxPositions);
      default ->
          throw new UnsupportedModelException(
              "rope_scaling type '"
                  + type
                  + "' is not supported; supported are default, linear, dynamic, llama3, yarn,"
                  + " longrope");
    };
  }

  /** Angle per position of each pair of features, for a sequence of that length. */
  float[] inverseFrequencies(int length) {
    return stretch.frequencies(length);
  }

  /** Factor on cosines and sines. */
  double attentionFactor() {
    return attentionFactor;
  }

  private interface Stretch {
    float[] frequencies(int length);
  }

  private static RotaryScaling constant(double[] frequencies) {
    float[] values = toFloats(frequencies);
    return new RotaryScaling(length -> values, 1);
  }

  private static double[] frequencies(double theta, int rotated) {
    double[] values = new double[(rotated + 1) / 2];
    for (int i = 0; i < values.length; i++) {
      // The reference computes theta ** (2i/d) in float32.
      values[i] = 1f / (float) Math.pow(theta, (float) (2 * i) / rotated);
    }
    return values;
  }

  private static double[] divided(double[] values, double factor) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i] / factor;
    }
    return result;
  }

  /** Theta grows with the sequence once it is longer than the pre-training context. */
  private static RotaryScaling dynamic(double theta, int rotated, double factor, int maxPositions) {
    float[] plain = toFloats(frequencies(theta, rotated));
    return new RotaryScaling(
        length -> {
          if (length <= maxPositions) {
            return plain;
          }
          double growth = factor * length / maxPositions - (factor - 1);
          double base = theta * Math.pow(growth, (double) rotated / (rotated - 2));
          return toFloats(frequencies(base, rotated));
        },
        1);
  }

  /** Long wavelengths are stretched, short ones kept, those between blended. */
  private static double[] llama3(double[] plain, JsonNode scaling) {
    double factor = scaling.getDouble("factor");
    double low = scaling.getDouble("low_freq_factor");
    double high = scaling.getDouble("high_freq_factor");
    double oldLength = scaling.getDouble("original_max_position_embeddings");
    double[] result = new double[plain.length];
    for (int i = 0; i < plain.length; i++) {
      double wavelength = 2 * Math.PI / plain[i];
      double smooth = (oldLength / wavelength - low) / (high - low);
      double blend = Math.min(1, Math.max(0, smooth));
      result[i] = (1 - blend) * plain[i] / factor + blend * plain[i];
    }
    return result;
  }

  /**
   * Interpolates slow dimensions and extrapolates fast ones.
   *
   * @see <a href="https://arxiv.org/abs/2309.00071">YaRN</a>
   */
  private static RotaryScaling yarn(double theta, int rotated, JsonNode scaling, int maxPositions) {
    double factor = scaling.getDouble("factor");
    double original = scaling.getDouble("original_max_position_embeddings", maxPositions);
    double low = correction(scaling.getDouble("beta_fast", 32), theta, rotated, original);
    double high = correction(scaling.getDouble("beta_slow", 1), theta, rotated, original);
    if (scaling.getBoolean("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, rotated - 1);
    if (low == high) {
      high += 0.001;
    }
    double[] plain = frequencies(theta, rotated);
    double[] result = new double[plain.length];
    for (int i = 0; i < plain.length; i++) {
      double ramp = Math.min(1, Math.max(0, (i - low) / (high - low)));
      result[i] = plain[i] / factor * ramp + plain[i] * (1 - ramp);
    }
    float[] values = toFloats(result);
    double attention = scaling.getDouble("attention_factor", yarnAttention(factor, scaling));
    return new RotaryScaling(length -> values, attention);
  }

  private static double correction(
      double rotations, double theta, int rotated, double maxPositions) {
    return rotated * Math.log(maxPositions / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private static double yarnAttention(double factor, JsonNode scaling) {
    if (scaling.has("mscale") && scaling.has("mscale_all_dim")) {
      return magnitude(factor, scaling.getDouble("mscale"))
          / magnitude(factor, scaling.getDouble("mscale_all_dim"));
    }
    return magnitude(factor, 1);
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  /**
   * A factor of its own for each frequency: one set for short sequences, one for long ones.
   *
   * @see <a href="https://arxiv.org/abs/2402.13753">LongRoPE</a>
   */
  private static RotaryScaling longRope(
      double[] plain, JsonNode config, JsonNode scaling, int maxPositions) {
    int original =
        config.getInt(
            "original_max_position_embeddings",
            scaling.getInt("original_max_position_embeddings", maxPositions));
    double factor =
        config.has("original_max_position_embeddings")
            ? (double) maxPositions / original
            : scaling.getDouble("factor", 1);
    float[] shortRange = dividedEach(plain, scaling.get("short_factor"));
    float[] longRange = dividedEach(plain, scaling.get("long_factor"));
    double attention =
        factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log((double) original));
    return new RotaryScaling(
        length -> length > original ? longRange : shortRange,
        scaling.getDouble("attention_factor", attention));
  }

  private static float[] dividedEach(double[] plain, JsonNode factors) {
    float[] each = factors.asFloats();
    if (each.length != plain.length) {
      throw new InvalidModelException(
          factors.origin()
              + ": a rope_scaling list has "
              + each.length
              + " factors; expected "
              + plain.length);
    }
    float[] result = new float[plain.length];
    for (int i = 0; i < plain.length; i++) {
      result[i] = (float) (plain[i] / each[i]);
    }
    return result;
  }

  private static float[] toFloats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }
}
