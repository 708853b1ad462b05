package io.vlm4j.models.imagebind;

import io.vlm4j.nn.Embedding;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts: words and positions, transformer, the place in the space of the token with the largest id,
 * which is the end token's.
 */
final class TextTower implements AutoCloseable {
  private final TensorScope parameters;
  private final int length;
  private final int size;
  private final Embedding words;
  private final Tensor positions;
  private final Trunk trunk;
  private final SpaceHead head;

  private TextTower(ImageBindConfig config, Weights weights, TensorScope parameters) {
    this.parameters = parameters;
    this.length = config.contextLength();
    this.size = config.text().size();
    this.words = Embedding.load(weights.at("words"), config.vocabularySize(), size);
    this.positions = weights.getFloat("positions", 1, length, size);
    this.trunk = new Trunk(config.text(), weights.at("trunk"));
    this.head = new SpaceHead(config.text(), config.spaceSize(), weights.at("head"));
  }

  static TextTower load(ImageBindConfig config, Weights weights) {
    return TensorScope.owning(parameters -> new TextTower(config, weights, parameters));
  }

  /**
   * Where texts lie.
   *
   * @return float32 [B, E] of length 1
   */
  Tensor embed(Tokenizer tokenizer, List<String> texts) {
    List<int[]> ids = texts.stream().map(text -> padded(tokenizer.encode(text))).toList();
    int[] all = ids.stream().flatMapToInt(Arrays::stream).toArray();
    Trace.record("input_ids", Arrays.stream(all).asLongStream().toArray(), texts.size(), length);
    try (TensorScope scope = TensorScope.open()) {
      Tensor tokens = words.forward(all).view(texts.size(), length, size).add(positions);
      Tensor states = trunk.forward(tokens);
      Trace.record("text_last_hidden_state", () -> states);
      List<Tensor> ends = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        ends.add(states.narrow(0, i, 1).narrow(1, largest(ids.get(i)), 1).view(1, size));
      }
      return scope.keep(head.forward(Tensor.cat(0, ends.toArray(Tensor[]::new))));
    }
  }

  /** Of a text that is too long the beginning alone; after a shorter one zeros, which are read. */
  private int[] padded(int... ids) {
    return Arrays.copyOf(ids, length);
  }

  /** The first place of the largest id. */
  private static int largest(int... ids) {
    int place = 0;
    for (int i = 1; i < ids.length; i++) {
      if (ids[i] > ids[place]) {
        place = i;
      }
    }
    return place;
  }

  @Override
  public void close() {
    parameters.close();
  }
}
