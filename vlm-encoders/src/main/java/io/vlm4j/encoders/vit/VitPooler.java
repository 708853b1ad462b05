package io.vlm4j.encoders.vit;

import io.vlm4j.nn.CrossAttention;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Norm;
import io.vlm4j.nn.Residual;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;

/** Summarises the last hidden state [B, T, D] in one vector [B, D]. */
interface VitPooler {
  Tensor pool(Tensor lastHiddenState);

  /** Reads a pooler's weights. */
  interface Factory {
    VitPooler load(VitConfig config, Weights weights);
  }

  /** The class token, or the first patch where there is none. */
  static VitPooler firstToken(VitConfig config, Weights weights) {
    return VitPooler::first;
  }

  /** The class token, normalised (CLIP, and BLIP once more). */
  static VitPooler normalisedFirstToken(VitConfig config, Weights weights) {
    if (!weights.has("norm.weight")) { // a tower that was cut out of a system without its end
      return VitPooler::first;
    }
    Norm norm = Norm.layerNorm(weights.at("norm"), config.hiddenSize(), config.epsilon());
    return hidden -> norm.forward(first(hidden));
  }

  /** A learned probe that attends to all patches, then a feed-forward (SigLIP). */
  static VitPooler attention(VitConfig config, Weights weights) {
    if (!weights.has("head.probe")) {
      return VitPooler::first;
    }
    Weights head = weights.at("head");
    int size = config.hiddenSize();
    Tensor probe = head.getFloat("probe", 1, 1, size);
    CrossAttention attention =
        CrossAttention.ofPackedProjection(head.at("attention"), size, config.heads());
    Mlp mlp =
        Mlp.of(
            Norm.layerNorm(head.at("mlp.norm"), size, config.epsilon()),
            Linear.load(head.at("mlp.up"), size, config.intermediateSize(), true),
            config.activation(),
            Linear.load(head.at("mlp.down"), config.intermediateSize(), size, true),
            Residual.plain());
    return hidden -> {
      Tensor probes = probe.expand(hidden.size(0), 1, size);
      return first(mlp.forward(attention.branch(probes, hidden)));
    };
  }

  private static Tensor first(Tensor hiddenStates) {
    return hiddenStates.narrow(1, 0, 1).view(hiddenStates.size(0), hiddenStates.size(2));
  }
}
