package io.vlm4j.nn;

import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.ScriptObject;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.Optional;

/** Attention whose queries come from x and whose keys and values come from a context. */
public final class CrossAttention {
  private final ScriptObject layer;
  private final long bytes;

  private CrossAttention(ScriptObject layer, long bytes) {
    this.layer = layer;
    this.bytes = bytes;
  }

  /** Bytes of the weights that one token reads. */
  public long bytes() {
    return bytes;
  }

  /** Starts a layer of {@code heads} heads of {@code headSize} features. */
  public static Builder builder(int heads, int headSize) {
    return new Builder(heads, headSize);
  }

  /**
   * A layer whose query, key and value weights are stored as one: {@code packed.weight} [3 D, D],
   * {@code packed.bias} [3 D], {@code output.*}; no norm.
   */
  public static CrossAttention ofPackedProjection(Weights weights, int size, int heads) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = weights.getFloat("packed.weight", 3L * size, size);
      Tensor bias = weights.getFloat("packed.bias", 3L * size);
      Linear query =
          Linear.of(
              weight.narrow(0, 0, size), Optional.of(bias.narrow(0, 0, size)), weights.placement());
      Linear keyValue =
          Linear.of(
              weight.narrow(0, size, 2L * size),
              Optional.of(bias.narrow(0, size, 2L * size)),
              weights.placement());
      CrossAttention made =
          builder(heads, size / heads)
              .query(query)
              .keyValue(keyValue)
              .output(Linear.load(weights.at("output"), size, size, true))
              .build();
      scope.keep(made.layer);
      return made;
    }
  }

  /**
   * Attends to the context that a state keeps for a layer, and joins x.
   *
   * @param x float32 [B, T, D]
   * @param state of {@link KvState#attend}
   * @return float32 [B, T, D]
   */
  public Tensor forward(Tensor x, KvState state, int layerIndex) {
    return forward(x, state.context(layerIndex));
  }

  /**
   * Attends, and joins x.
   *
   * @param x float32 [B, T, D]
   * @param context of {@link #project}, of B sequences or of one for all
   * @return float32 [B, T, D]
   */
  public Tensor forward(Tensor x, AttentionContext context) {
    return KernelLibrary.shared()
        .call("cross_attention_forward", layer, x, context.keysAndValues(), null);
  }

  /**
   * Attends, and joins x.
   *
   * @param x float32 [B, T, D]
   * @param context float32 [B, S, D'] or [1, S, D']
   * @return float32 [B, T, D]
   */
  public Tensor forward(Tensor x, Tensor context) {
    return forward(x, context, null);
  }

  /**
   * Attends under a mask, and joins x.
   *
   * @param x float32 [B, T, D]
   * @param context float32 [B, S, D'] or [1, S, D']
   * @param mask broadcasts to [B, heads, T, S]: boolean (true: may look) or added to the scores;
   *     null for none
   * @return float32 [B, T, D]
   */
  public Tensor forward(Tensor x, Tensor context, Tensor mask) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          KernelLibrary.shared()
              .call("cross_attention_forward", layer, x, project(context).keysAndValues(), mask));
    }
  }

  /**
   * Attends without adding x.
   *
   * @param x float32 [B, T, D]
   * @param context float32 [B, S, D']
   * @return float32 [B, T, D]
   */
  public Tensor branch(Tensor x, Tensor context) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          KernelLibrary.shared()
              .call("cross_attention_branch", layer, x, project(context).keysAndValues(), null));
    }
  }

  /**
   * The keys and values of a context.
   *
   * @param context float32 [B, S, D']
   */
  public AttentionContext project(Tensor context) {
    return new AttentionContext(
        KernelLibrary.shared().callObject("cross_attention_project", layer, context));
  }

  /** Collects the parts of a layer. */
  public static final class Builder {
    private final int heads;
    private final int headSize;
    private double scale;
    private Norm norm;
    private Norm contextNorm;
    private int valueSize;
    private Linear query;
    private Linear keyValue;
    private Norm queryNorm;
    private Norm keyNorm;
    private Linear output;
    private Residual residual = Residual.plain();

    private Builder(int heads, int headSize) {
      this.heads = heads;
      this.headSize = headSize;
      this.valueSize = headSize;
      this.scale = 1 / Math.sqrt(headSize);
    }

    /** Factor on the scores; 1/sqrt(headSize) unless set. */
    public Builder scale(double factor) {
      scale = factor;
      return this;
    }

    /** The norm before the queries' projection. */
    public Builder norm(Norm preNorm) {
      norm = preNorm;
      return this;
    }

    /** The norm before the projection to keys and values. */
    public Builder contextNorm(Norm preNorm) {
      contextNorm = preNorm;
      return this;
    }

    /** Features of a head of the values, where they are not those of queries and keys. */
    public Builder valueSize(int size) {
      valueSize = size;
      return this;
    }

    /** The projection to the queries. */
    public Builder query(Linear projection) {
      query = projection;
      return this;
    }

    /** One product for keys and values, in this order. */
    public Builder keyValue(Linear projection) {
      keyValue = projection;
      return this;
    }

    /** Norms over each head's queries and keys; null for none. */
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

    /** Makes the layer. */
    public CrossAttention build() {
      return new CrossAttention(
          KernelLibrary.shared()
              .callObject(
                  "cross_attention",
                  norm == null ? null : norm.layer(),
                  contextNorm == null ? null : contextNorm.layer(),
                  query.layer(),
                  keyValue.layer(),
                  queryNorm == null ? null : queryNorm.layer(),
                  keyNorm == null ? null : keyNorm.layer(),
                  output.layer(),
                  residual.layer(),
                  heads,
                  headSize,
                  valueSize,
                  scale),
          query.bytes() + output.bytes());
    }
  }
}
