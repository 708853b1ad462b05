package io.vlm4j.models.imagebind;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;
import java.util.Arrays;

/**
 * The shape of a model. What {@code config.json} leaves out is as {@code imagebind_huge} has it; a
 * value may stand in the object of its kind ({@code "vision": {"embed_dim": 32}}) or under the name
 * that ImageBind's constructor gives it ({@code "vision_embed_dim": 32}).
 *
 * @param spaceSize width E of the space
 * @param vision the transformer for images
 * @param imageSize side in pixels of the square that an image is made
 * @param patchSize side of a patch in pixels
 * @param imageMean [3] of red, green and blue
 * @param imageStd [3] of red, green and blue
 * @param text the transformer for texts
 * @param contextLength tokens T that a text is cut or padded to
 * @param vocabularySize number of tokens
 * @param audio the transformer for sounds
 * @param spectrogram what of a sound it reads
 * @param kernelSize side of a patch of the spectrogram
 * @param stride places from one such patch to the next
 * @param stemEpsilon of the norm after these patches
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ImageBindConfig(
    int spaceSize,
    TrunkConfig vision,
    int imageSize,
    int patchSize,
    float[] imageMean,
    float[] imageStd,
    TrunkConfig text,
    int contextLength,
    int vocabularySize,
    TrunkConfig audio,
    ClipSpectrograms.Shape spectrogram,
    int kernelSize,
    int stride,
    double stemEpsilon) {
  private static final float[] MEAN = {0.48145467f, 0.4578275f, 0.40821072f};
  private static final float[] STD = {0.26862955f, 0.2613026f, 0.2757771f};

  ImageBindConfig {
    require(spaceSize > 0, "out_embed_dim is " + spaceSize + "; expected at least 1");
    require(contextLength > 0, "text.context_length is " + contextLength + "; expected at least 1");
    require(vocabularySize > 0, "text.vocab_size is " + vocabularySize + "; expected at least 1");
    require(
        patchSize > 0 && imageSize >= patchSize,
        "vision.image_size is %d and patch_size %d; expected at least one patch"
            .formatted(imageSize, patchSize));
    require(
        kernelSize > 0
            && stride > 0
            && spectrogram.bins() >= kernelSize
            && spectrogram.frames() >= kernelSize,
        ("audio has num_mel_bins %d, target_len %d, kernel_size %d and stride %d; expected at least"
                + " one patch")
            .formatted(spectrogram.bins(), spectrogram.frames(), kernelSize, stride));
  }

  static ImageBindConfig of(JsonNode json) {
    Kind vision = new Kind(json, "vision");
    Kind text = new Kind(json, "text");
    Kind audio = new Kind(json, "audio");
    return new ImageBindConfig(
        json.getInt("out_embed_dim", 1024),
        vision.trunk(1280, 32, 16, false, false),
        vision.integer("image_size", 224),
        vision.integer("patch_size", lastOf(json, "kernel_size", 14)),
        floats(json, "image_mean", MEAN),
        floats(json, "image_std", STD),
        text.trunk(1024, 24, 16, true, false),
        text.integer("context_length", 77),
        text.integer("vocab_size", 49408),
        audio.trunk(768, 12, 12, false, true),
        new ClipSpectrograms.Shape(
            audio.integer("sample_rate", 16000),
            audio.integer("num_mel_bins", 128),
            audio.integer("target_len", 204),
            audio.integer("clip_duration", 2),
            audio.integer("clips_per_video", 3),
            audio.real("mean", -4.268),
            audio.real("std", 9.138)),
        audio.integer("kernel_size", 16),
        audio.integer("stride", 10),
        json.getDouble("audio_stem_norm_eps", 1e-5));
  }

  /** Patches along the side of an image. */
  int imagePatches() {
    return imageSize / patchSize;
  }

  /** Patches of a spectrogram. */
  int soundPatches() {
    return ((spectrogram.bins() - kernelSize) / stride + 1)
        * ((spectrogram.frames() - kernelSize) / stride + 1);
  }

  /** The constructor's kernel is [frames, side, side]. */
  private static int lastOf(JsonNode json, String key, int defaultValue) {
    int[] values = json.has(key) ? json.get(key).asInts() : new int[] {defaultValue};
    return values[values.length - 1];
  }

  private static float[] floats(JsonNode json, String key, float... defaultValue) {
    float[] values = json.optional(key).map(JsonNode::asFloats).orElse(defaultValue);
    require(values.length == 3, key + " is " + Arrays.toString(values) + "; expected 3 numbers");
    return values;
  }

  private static void require(boolean right, String message) {
    if (!right) {
      throw new InvalidModelException(message);
    }
  }

  /** What a configuration says of one kind of data. */
  private record Kind(JsonNode json, String name) {
    int integer(String key, int defaultValue) {
      int flat = json.getInt(name + "_" + key, defaultValue);
      return json.objectOrEmpty(name).getInt(key, flat);
    }

    double real(String key, double defaultValue) {
      return json.objectOrEmpty(name).getDouble(key, defaultValue);
    }

    TrunkConfig trunk(int size, int blocks, int heads, boolean causal, boolean extraKeyValue) {
      JsonNode own = json.objectOrEmpty(name);
      int width = integer("embed_dim", size);
      return new TrunkConfig(
          name,
          width,
          integer("num_blocks", blocks),
          integer("num_heads", heads),
          (int) (own.getDouble("mlp_ratio", 4) * width),
          json.getDouble("norm_eps", 1e-6),
          activation(),
          own.getBoolean("causal", causal),
          own.getBoolean("add_bias_kv", extraKeyValue));
    }

    /** {@code gelu}, or {@code gelu (erf)}. */
    private Activation activation() {
      String named = json.getString("act", "gelu");
      return Activation.of(named.equals("gelu (erf)") ? "gelu" : named);
    }
  }
}
