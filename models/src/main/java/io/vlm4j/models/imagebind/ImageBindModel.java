package io.vlm4j.models.imagebind;

import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.JointEmbedder;
import io.vlm4j.Modality;
import io.vlm4j.SimilarityScale;
import io.vlm4j.audio.Audio;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.models.fusion.TiledVisualPath;
import io.vlm4j.models.matching.EmbeddingBatches;
import io.vlm4j.nn.SpaceProjection;
import io.vlm4j.prompt.Media;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Three towers that end in one space. */
public final class ImageBindModel implements JointEmbedder {
  private final ImageProcessor processor;
  private final PatchTower images;
  private final Optional<Tokenizer> tokenizer;
  private final TextTower texts;
  private final ClipSpectrograms spectrograms;
  private final PatchTower sounds;
  private final Scales scales;
  private final int spaceSize;
  private final Device device;
  private final Resources resources;

  /**
   * With what lengths the outputs are multiplied, so that dot products are logits; images have 1.
   *
   * @param text of texts
   * @param audio of sounds
   */
  record Scales(double text, double audio) {}

  ImageBindModel(
      ImageProcessor processor,
      PatchTower images,
      Optional<Tokenizer> tokenizer,
      TextTower texts,
      ClipSpectrograms spectrograms,
      PatchTower sounds,
      Scales scales,
      int spaceSize,
      Device device,
      Resources resources) {
    this.processor = processor;
    this.images = images;
    this.tokenizer = tokenizer;
    this.texts = texts;
    this.spectrograms = spectrograms;
    this.sounds = sounds;
    this.scales = scales;
    this.spaceSize = spaceSize;
    this.device = device;
    this.resources = resources;
  }

  @Override
  public ImageTextEmbedding embed(Image image) {
    return embedImages(List.of(image)).get(0);
  }

  @Override
  public ImageTextEmbedding embed(String text) {
    return embedTexts(List.of(text)).get(0);
  }

  @Override
  public List<ImageTextEmbedding> embedImages(List<Image> pictures) {
    return EmbeddingBatches.of(pictures, batch -> inScope(() -> embeddings(imageFeatures(batch))));
  }

  @Override
  public List<ImageTextEmbedding> embedTexts(List<String> words) {
    return EmbeddingBatches.of(words, batch -> inScope(() -> embeddings(textFeatures(batch))));
  }

  @Override
  public List<ImageTextEmbedding> embedAudio(List<Audio> heard) {
    return EmbeddingBatches.of(
        heard,
        batch -> inScope(() -> embeddings(SpaceProjection.normalized(soundFeatures(batch)))));
  }

  @Override
  public List<float[]> features(List<Media> media) {
    return media.stream().map(this::features).toList();
  }

  private float[] features(Media one) {
    try (TensorScope scope = TensorScope.open()) {
      return one.sound()
          .map(sound -> soundFeatures(List.of(sound)))
          .orElseGet(() -> imageFeatures(List.of(one.image())))
          .toFloats();
    }
  }

  @Override
  public SimilarityScale similarityScale(Modality first, Modality second) {
    return new SimilarityScale(scale(first) * scale(second), 0, false);
  }

  private double scale(Modality modality) {
    return switch (modality) {
      case IMAGE -> 1;
      case TEXT -> scales.text();
      case AUDIO -> scales.audio();
    };
  }

  @Override
  public int spaceSize() {
    return spaceSize;
  }

  @Override
  public void close() {
    resources.close();
  }

  /**
   * One pass over images, texts and the spectrograms of sounds, for comparison with a reference:
   * its outputs have the scales, and products of them are logits.
   *
   * @param words may be empty
   * @param clips float32 [B, S, 1, M, F], if there are sounds
   */
  public void compare(List<Image> pictures, List<String> words, Optional<Tensor> clips) {
    try (TensorScope scope = TensorScope.open()) {
      Optional<Tensor> seen =
          pictures.isEmpty() ? Optional.empty() : Optional.of(imageFeatures(pictures));
      seen.ifPresent(features -> Trace.record("vision_embeds", () -> features));
      if (!words.isEmpty()) {
        record("text", textFeatures(words).mul(scales.text()), seen);
      }
      clips.ifPresent(
          spectrogram -> {
            Trace.record("audio_mel", () -> spectrogram);
            record("audio", clipFeatures(spectrogram).mul(scales.audio()), seen);
          });
    }
  }

  /** The spectrograms that are read of sounds, float32 [B, S, 1, M, F] on the CPU. */
  public Tensor spectrograms(List<Audio> heard) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(Tensor.cat(0, heard.stream().map(spectrograms::of).toArray(Tensor[]::new)));
    }
  }

  private static void record(String kind, Tensor output, Optional<Tensor> seen) {
    Trace.record(kind + "_embeds", () -> output);
    seen.ifPresent(
        features -> Trace.record("vision_" + kind, () -> features.matmul(output.transpose(0, 1))));
  }

  /** [B, E] of length 1. */
  private Tensor imageFeatures(List<Image> pictures) {
    List<ProcessedImage> processed = pictures.stream().map(processor::process).toList();
    TiledVisualPath.recordImages(processed);
    return images.embed(PixelBatch.of(processed, device));
  }

  /** [B, E] of length 1. */
  private Tensor textFeatures(List<String> words) {
    Tokenizer known =
        tokenizer.orElseThrow(
            () ->
                new UnsupportedModelException(
                    "this folder has no tokenizer, so that it takes no texts; put ImageBind's"
                        + " bpe_simple_vocab_16e6.txt.gz into it"));
    return texts.embed(known, words);
  }

  /** [B, E], means of unit vectors. */
  private Tensor soundFeatures(List<Audio> heard) {
    return clipFeatures(spectrograms(heard));
  }

  /** Each clip by itself, then the mean: [B, S, 1, M, F] to [B, E]. */
  private Tensor clipFeatures(Tensor clips) {
    int count = clips.size(1);
    Tensor each =
        sounds.embed(
            clips
                .view((long) clips.size(0) * count, clips.size(2), clips.size(3), clips.size(4))
                .to(device));
    Tensor grouped = each.view(clips.size(0), count, spaceSize);
    return KernelLibrary.shared().call("mean_of_tokens", grouped).view(clips.size(0), spaceSize);
  }

  private static List<ImageTextEmbedding> embeddings(Tensor vectors) {
    return IntStream.range(0, vectors.size(0))
        .mapToObj(i -> new ImageTextEmbedding(vectors.narrow(0, i, 1).toFloats(), 1))
        .toList();
  }

  private static <T> T inScope(Supplier<T> work) {
    try (TensorScope scope = TensorScope.open()) {
      return work.get();
    }
  }
}
