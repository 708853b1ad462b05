package io.vlm4j.encoders.timm;

import io.vlm4j.config.JsonNode;
import io.vlm4j.encoders.convnet.TimmConfig;
import io.vlm4j.encoders.nfnet.NfNet;
import io.vlm4j.encoders.resnet.TimmResNet;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.weights.Weights;
import java.util.Set;
import java.util.TreeSet;

/** Opens timm's folders by the name of the architecture. */
public final class TimmProvider implements VisionEncoderProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("timm");
  }

  @Override
  public VisionEncoder load(JsonNode config, Weights weights) {
    TimmConfig timm = new TimmConfig(config);
    String architecture = timm.architecture();
    if (TimmResNet.architectures().contains(architecture)) {
      return TimmResNet.load(timm, weights);
    }
    if (NfNet.architectures().contains(architecture)) {
      return NfNet.load(timm, weights);
    }
    TreeSet<String> supported = new TreeSet<>(TimmResNet.architectures());
    supported.addAll(NfNet.architectures());
    throw new UnsupportedModelException(
        "%s: architecture '%s' is not supported; supported are %s"
            .formatted(config.origin(), architecture, String.join(", ", supported)));
  }
}
