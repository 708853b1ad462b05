package io.vlm4j.connectors.gated;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.AttentionContext;
import io.vlm4j.spi.BranchedSequences;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.ImageAttendingModel;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelView;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.spi.VisibleImages;
import io.vlm4j.spi.VisibleImages.Run;
import io.vlm4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A frozen language model with gated cross-attention between its blocks. */
public final class GatedLanguageModel extends LanguageModelView implements ImageAttendingModel {
  private final LayeredLanguageModel model;
  private final GatedLayers layers;

  private GatedLanguageModel(LayeredLanguageModel model, GatedLayers layers) {
    super(model);
    this.model = model;
    this.layers = layers;
  }

  /**
   * Puts layers between a model's blocks.
   *
   * @param model closed with the result
   * @param layers closed with the result
   * @throws InvalidModelException if the model does not let layers in, or has too few blocks
   */
  public static GatedLanguageModel of(LanguageModel model, GatedLayers layers) {
    LayeredLanguageModel layered = requireLayered(model);
    if (!layers.beforeBlock().isEmpty() && layers.beforeBlock().lastKey() >= layered.layerCount()) {
      throw new InvalidModelException(
          "gated cross-attention stands before block %d, but the language model has %d"
              .formatted(layers.beforeBlock().lastKey(), layered.layerCount()));
    }
    return new GatedLanguageModel(layered, layers);
  }

  /** A model as one that lets layers in between its blocks. */
  public static LayeredLanguageModel requireLayered(LanguageModel model) {
    if (model instanceof LayeredLanguageModel layered) {
      return layered;
    }
    throw new InvalidModelException(
        "this language model lets no layers in between its blocks; gated cross-attention needs a"
            + " decoder-only model");
  }

  @Override
  public int imageSize() {
    return layers.imageSize();
  }

  @Override
  public long stepBytes() {
    return model.stepBytes() + layers.bytes();
  }

  @Override
  public DecodeState newState(int batch, int capacity) {
    return new GatedState(model.newState(batch, capacity));
  }

  /** Together go those that see images of one size. */
  @Override
  public Optional<DecodeState> join(List<DecodeState> states, int room) {
    List<GatedState> own = states.stream().map(GatedState.class::cast).toList();
    return GatedState.seeAlike(own)
        ? model
            .join(own.stream().map(GatedState::sequence).toList(), room)
            .map(sequences -> GatedState.join(own, sequences))
        : Optional.empty();
  }

  @Override
  public void attend(DecodeState state, List<Tensor> images, VisibleImages visible) {
    ((GatedState) state).attend(layers, images, visible);
  }

  @Override
  public Tensor forward(Tensor embeddings, DecodeState decodeState, Logits logits) {
    GatedState state = (GatedState) decodeState;
    List<Run> runs = state.visible().runs(state.length(), embeddings.size(1));
    return model.forward(
        embeddings,
        state.sequence(),
        logits,
        (block, hiddenStates) -> {
          GatedCrossAttention layer = layers.beforeBlock().get(block);
          return layer == null
              ? hiddenStates
              : layer.forward(hiddenStates, runs, image -> state.image(image).context(block));
        });
  }

  /**
   * One pass over sequences that branch, each of which looks at an image of its own.
   *
   * @param embeddings float32 [B, T, D]
   * @param images float32 [B, N, D']
   * @param from the first position that looks at the image
   * @return logits of the wanted positions, float32 [R, V]
   */
  public Tensor forward(Tensor embeddings, BranchedSequences sequences, Tensor images, int from) {
    return forward(
        embeddings,
        sequences,
        new VisibleImages(Map.of(from, 0)),
        layer -> layer.attention().project(images));
  }

  /**
   * As above, with no image in sight.
   *
   * @param embeddings float32 [B, T, D]
   * @return logits of the wanted positions, float32 [R, V]
   */
  public Tensor forward(Tensor embeddings, BranchedSequences sequences) {
    return forward(
        embeddings,
        sequences,
        VisibleImages.NOWHERE,
        layer -> {
          throw new IllegalStateException("there is no image to look at");
        });
  }

  private Tensor forward(
      Tensor embeddings,
      BranchedSequences sequences,
      VisibleImages visible,
      Function<GatedCrossAttention, AttentionContext> images) {
    List<Run> runs = visible.runs(0, embeddings.size(1));
    return model.forward(
        embeddings,
        sequences,
        (block, hiddenStates) -> {
          GatedCrossAttention layer = layers.beforeBlock().get(block);
          return layer == null
              ? hiddenStates
              : layer.forward(hiddenStates, runs, image -> images.apply(layer));
        });
  }

  @Override
  public void close() {
    model.close();
    layers.close();
  }
}
