package io.vlm4j.connectors.qformer;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.PositionEmbedding;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;

/**
 * The Querying Transformer: N learned queries read an image of any number of features, so that the
 * language model gets N embeddings: [B, S, D] to [B, N, D'].
 */
public final class QFormer implements Connector {
  private static final int[] NO_INSTRUCTION = {};

  private static final NameMap NAMES =
      NameMap.parse(
          """
          query_tokens                                         -> queries
          language_projection.*                                -> projection.*
          qformer.layernorm.*                                  -> norm.*
          qformer.embeddings.layernorm.*                       -> norm.*
          qformer.embeddings.word_embeddings.*                 -> words.*
          qformer.embeddings.position_embeddings.*             -> positions.*
          qformer.embeddings.position_ids                      -> ignore
          qformer.encoder.layer.{i}.attention.attention.*      -> layers.{i}.attention.*
          qformer.encoder.layer.{i}.attention.output.dense.*   -> layers.{i}.attention.output.*
          qformer.encoder.layer.{i}.attention.output.LayerNorm.* -> layers.{i}.attention.norm.*
          qformer.encoder.layer.{i}.crossattention.attention.* -> layers.{i}.cross_attention.*
          qformer.encoder.layer.{i}.crossattention.output.dense.* -> layers.{i}.cross_attention.output.*
          qformer.encoder.layer.{i}.crossattention.output.LayerNorm.* -> layers.{i}.cross_attention.norm.*
          qformer.encoder.layer.{i}.intermediate_query.dense.* -> layers.{i}.query_mlp.up.*
          qformer.encoder.layer.{i}.output_query.dense.*       -> layers.{i}.query_mlp.down.*
          qformer.encoder.layer.{i}.output_query.LayerNorm.*   -> layers.{i}.query_mlp.norm.*
          qformer.encoder.layer.{i}.intermediate.dense.*       -> layers.{i}.text_mlp.up.*
          qformer.encoder.layer.{i}.output.dense.*             -> layers.{i}.text_mlp.down.*
          qformer.encoder.layer.{i}.output.LayerNorm.*         -> layers.{i}.text_mlp.norm.*
          """);

  private final QFormerConfig config;
  private final TensorScope parameters;
  private final Tensor queries;
  private final Optional<Embedding> words;
  private final Optional<PositionEmbedding> positions;
  private final Norm norm;
  private final List<QFormerBlock> blocks;
  private final Linear projection;

  private QFormer(QFormerConfig config, Weights weights, TensorScope parameters) {
    int size = config.hiddenSize();
    this.config = config;
    this.parameters = parameters;
    this.queries = weights.getReshaped("queries", 1, config.queries(), size);
    this.words =
        config.readsText()
            ? Optional.of(Embedding.load(weights.at("words"), config.vocabularySize(), size))
            : Optional.empty();
    this.positions =
        config.readsText()
            ? Optional.of(
                PositionEmbedding.load(weights.at("positions"), config.maxPositions(), size, 0))
            : Optional.empty();
    this.norm = Norm.layerNorm(weights.at("norm"), size, config.epsilon());
    this.blocks =
        ParallelLoading.layers(
            config.layers(), i -> new QFormerBlock(config, i, weights.at("layers", i)));
    this.projection = Linear.load(weights.at("projection"), size, config.outputSize(), true);
  }

  /** Reads queries, transformer and projection under the names that BLIP-2's checkpoints have. */
  public static QFormer load(QFormerConfig config, Weights weights) {
    Weights named = weights.mapped(NAMES);
    return TensorScope.owning(parameters -> new QFormer(config, named, parameters));
  }

  @Override
  public int inputSize() {
    return config.imageSize();
  }

  @Override
  public int outputSize() {
    return config.outputSize();
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    return connect(features, NO_INSTRUCTION);
  }

  /**
   * Lets the queries read images with an instruction in view.
   *
   * @param instruction tokens of the Q-Former's own tokenizer; none to look at the image alone
   * @return float32 [B, N, D']
   * @throws InvalidPromptException if it reads no text, or not as much
   */
  public Tensor connect(ImageFeatures features, int... instruction) {
    if (instruction.length > (config.readsText() ? config.maxPositions() : 0)) {
      throw new InvalidPromptException(
          "the instruction has "
              + instruction.length
              + " tokens; the Q-Former reads "
              + (config.readsText() ? "at most " + config.maxPositions() : "none"));
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor image = features.hiddenStates();
      Tensor hidden = norm.forward(embed(image.size(0), instruction));
      for (QFormerBlock block : blocks) {
        hidden = block.forward(hidden, image);
      }
      Tensor last = hidden;
      Trace.record("qformer_last_hidden_state", () -> last);
      Tensor read = last.narrow(1, 0, config.queries()).contiguous();
      return scope.keep(projection.forward(read));
    }
  }

  /** The same Q-Former with an instruction in view; closing it does nothing. */
  public Connector instructed(int... instruction) {
    QFormer owner = this;
    return new Connector() {
      @Override
      public int inputSize() {
        return owner.inputSize();
      }

      @Override
      public int outputSize() {
        return owner.outputSize();
      }

      @Override
      public Tensor connect(ImageFeatures features) {
        return owner.connect(features, instruction);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {
    parameters.close();
  }

  /** Queries, then the instruction: [B, N + T, D]. */
  private Tensor embed(int batch, int... instruction) {
    int size = config.hiddenSize();
    Tensor repeated = queries.expand(batch, config.queries(), size);
    if (instruction.length == 0) {
      return repeated;
    }
    Tensor text = words.orElseThrow().forward(instruction).view(1, instruction.length, size);
    Tensor placed = positions.orElseThrow().addTo(text, 0);
    return Tensor.cat(1, repeated, placed.expand(batch, instruction.length, size));
  }
}
