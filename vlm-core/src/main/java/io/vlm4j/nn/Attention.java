package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;

/**
 * The attention sublayer: norm, queries, keys and values, rotary positions, cache, scaled dot
 * product with grouped heads, output projection, residual.
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Attention is all you need</a>
 */
public final class Attention {
  private final ScriptObject layer;
  private final long bytes;

  private Attention(ScriptObject layer, long bytes) {
    this.layer = layer;
    this.bytes = bytes;
  }

  /** Bytes of the weights of its linear layers. */
  public long bytes() {
    return bytes;
  }

  /** Starts a sublayer of {@code heads} heads of {@code headSize} features. */
  public static Builder builder(int heads, int headSize) {
    return new Builder(heads, headSize);
  }

  /** Every position sees every other: [B, T, D] to [B, T, D]. */
  public Tensor forward(Tensor x) {
    return forward(x, null);
  }

  /**
   * Attention under a mask.
   *
   * @param mask broadcasts to [B, heads, T, T]: boolean (true: may look) or added to the scores;
   *     null for none
   */
  public Tensor forward(Tensor x, Tensor mask) {
    return forward(x, null, mask);
  }

  /**
   * Attention under a mask, without a cache.
   *
   * @param rotary cosines and sines of the positions; null without rotary positions
   * @param mask as above
   */
  public Tensor forward(Tensor x, RotaryEmbedding.Angles rotary, Tensor mask) {
    return KernelLibrary.shared()
        .call(
            "attention_forward",
            layer,
            x,
            null,
            0,
            rotary == null ? null : rotary.cos(),
            rotary == null ? null : rotary.sin(),
            mask);
  }

  /**
   * Attention over the cached positions and these; the new keys and values are appended.
   *
   * @param x float32 [B, T, D]
   * @param state its {@link KvState#length()} positions stand before x
   * @param rotary cosines and sines of the new positions; null without rotary positions
   * @param mask as above, [.., T, length + T]; null for the causal mask alone
   */
  public Tensor forward(
      Tensor x, KvState state, int layerIndex, RotaryEmbedding.Angles rotary, Tensor mask) {
    return call("attention_forward", x, state, layerIndex, rotary, mask);
  }

  /**
   * As {@link #forward(Tensor, KvState, int, RotaryEmbedding.Angles, Tensor)}, without residual.
   */
  public Tensor branch(
      Tensor x, KvState state, int layerIndex, RotaryEmbedding.Angles rotary, Tensor mask) {
    return call("attention_branch", x, state, layerIndex, rotary, mask);
  }

  private Tensor call(
      String method,
      Tensor x,
      KvState state,
      int layerIndex,
      RotaryEmbedding.Angles rotary,
      Tensor mask) {
    return KernelLibrary.shared()
        .call(
            method,
            layer,
            x,
            state.cache(layerIndex),
            state.length(),
            rotary == null ? null : rotary.cos(),
            rotary == null ? null : rotary.sin(),
            mask);
  }

  /** Collects the parts of an attention sublayer. */
  public static final class Builder {
    private final int heads;
    private final int headSize;
    private int keyValueHeads;
    private double scale;
    private Norm norm;
    private Linear queryKeyValue;
    private Norm queryNorm;
    private Norm keyNorm;
    private Linear output;
    private Residual residual = Residual.plain();
    private boolean causal;
    private int window;
    private double clip;
    private Tensor extraKey;
    private Tensor extraValue;

    private Builder(int heads, int headSize) {
      this.heads = heads;
      this.headSize = headSize;
      this.keyValueHeads = heads;
      this.scale = 1 / Math.sqrt(headSize);
    }

    /** Heads that the keys and values have; each serves a group of query heads. */
    public Builder keyValueHeads(int count) {
      keyValueHeads = count;
      return this;
    }

    /** Factor on the scores; 1/sqrt(headSize) unless set. */
    public Builder scale(double factor) {
      scale = factor;
      return this;
    }

    /** The norm before the projections. */
    public Builder norm(Norm preNorm) {
      norm = preNorm;
      return this;
    }

    /** One product for queries, keys and values, in this order. */
    public Builder queryKeyValue(Linear projection) {
      queryKeyValue = projection;
      return this;
    }

    /** Norms over the queries and keys: of each head, or of all heads together, by their width. */
    public Builder queryKeyNorms(Norm queries, Norm keys) {
      queryNorm = queries;
      keyNorm = keys;
      return this;
    }

    /** The projection of the joined heads. */
    public Builder output(Linear projection) {
      output = projection;
      return this;
    }

    /** How the result joins the stream. */
    public Builder residual(Residual join) {
      residual = join;
      return this;
    }

    /** A position sees itself and those before it. */
    public Builder causal() {
      causal = true;
      return this;
    }

    /** A position sees itself and the {@code size - 1} before it; 0 for no limit. */
    public Builder window(int size) {
      window = size;
      return this;
    }

    /** Queries, keys and values are held between -limit and limit; 0 for no limit. */
    public Builder clip(double limit) {
      clip = limit;
      return this;
    }

    /**
     * A learned key and value that every position sees beside those of the positions; there is no
     * mask then but that of {@link #causal()}.
     *
     * @param key float32 [keyValueHeads * headSize], in any shape
     * @param value of the same size
     */
    public Builder extraKeyValue(Tensor key, Tensor value) {
      extraKey = key.view(1, keyValueHeads, 1, headSize);
      extraValue = value.view(1, keyValueHeads, 1, headSize);
      return this;
    }

    /** Makes the sublayer. */
    public Attention build() {
      return new Attention(
          KernelLibrary.shared()
              .callObject(
                  "attention",
                  norm == null ? null : norm.layer(),
                  queryKeyValue.layer(),
                  queryNorm == null ? null : queryNorm.layer(),
                  keyNorm == null ? null : keyNorm.layer(),
                  output.layer(),
                  residual.layer(),
                  heads,
                  keyValueHeads,
                  headSize,
                  scale,
                  causal,
                  window,
                  clip,
                  extraKey,
                  extraValue),
          queryKeyValue.bytes() + output.bytes());
    }
  }
}
