package io.vlm4j;

import io.vlm4j.audio.Audio;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.prompt.Media;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A {@link DualEncoder} whose space holds sounds too: what is seen, said and heard of one thing lie
 * close, and any of them finds any other. Sounds and texts may never have met in training; images
 * bind them.
 *
 * <pre>{@code
 * try (JointEmbedder binder = JointEmbedder.load(Path.of("imagebind"))) {
 *   ImageTextEmbedding bark = binder.embed(Audio.read(Path.of("bark.wav")));
 *   double heard = bark.similarity(binder.embed("a dog"));
 *   double seen = bark.similarity(binder.embed(Image.read(photo)));
 * }
 * }</pre>
 */
public interface JointEmbedder extends DualEncoder {
  /**
   * Opens a model folder.
   *
   * @throws io.vlm4j.error.InvalidModelException if it is missing, damaged or inconsistent
   * @throws UnsupportedModelException if it holds no model of this kind
   */
  static JointEmbedder load(Path folder) {
    return load(folder, LoadOptions.DEFAULT);
  }

  /** As {@link #load(Path)}, with options. */
  static JointEmbedder load(Path folder, LoadOptions options) {
    DualEncoder model = DualEncoders.load(ModelFolder.open(folder), options);
    if (model instanceof JointEmbedder joint) {
      return joint;
    }
    model.close();
    throw new UnsupportedModelException(
        folder + " compares images with texts and takes no sounds; DualEncoder.load opens it");
  }

  /** Opens a folder, or a model of the hub that is already in the local hub cache. */
  static JointEmbedder load(String folderOrHubId, LoadOptions options) {
    return load(HubCache.resolve(folderOrHubId), options);
  }

  /**
   * Where a sound lies. Of a long one some clips are heard, evenly spread from its beginning to its
   * end.
   *
   * @throws io.vlm4j.error.InvalidAudioException if it is too short to have a spectrogram
   */
  default ImageTextEmbedding embed(Audio sound) {
    return embedAudio(List.of(sound)).get(0);
  }

  /** Where sounds lie; as {@link #embed(Audio)} of each, computed together. */
  List<ImageTextEmbedding> embedAudio(List<Audio> sounds);

  /** Numbers E of an embedding. */
  int spaceSize();

  /** How cosines between two kinds become logits: by the scales that both kinds have. */
  SimilarityScale similarityScale(Modality first, Modality second);

  /** How cosines of images and texts become logits. */
  @Override
  default Optional<SimilarityScale> similarityScale() {
    return Optional.of(similarityScale(Modality.IMAGE, Modality.TEXT));
  }

  /**
   * What a connector to a language model takes of images and sounds: their places in the space as
   * the model gives them, without scale. Of a sound that is the mean of its clips' unit vectors,
   * which is shorter than 1.
   *
   * @param media images and sounds; no videos
   * @return E numbers for each
   * @throws io.vlm4j.error.InvalidPromptException if there is a video
   */
  List<float[]> features(List<Media> media);
}
