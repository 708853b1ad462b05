package io.vlm4j.encoders.convnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.error.VlmException;
import io.vlm4j.golden.Golden;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.PooledVisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class ConvNetTest {
  static Stream<Golden> goldens() {
    return Stream.of(
            "resnet/basic_gelu",
            "resnet/bottleneck_v1",
            "timm/resnet18",
            "timm/resnext50d",
            "nfnet/nf_resnet50",
            "nfnet/dm_nfnet",
            "nfnet/eca_nfnet",
            "openclip/resnet")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void everyFeatureMapEqualsTheReference(Golden golden) {
    String checkpoint = golden.checkpoint().getParent().getFileName() + "/";
    try (PooledVisionEncoder encoder =
            (PooledVisionEncoder) ConvNets.load(checkpoint + golden.checkpoint().getFileName());
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      encoder.pool(encoder.encode(golden.tensor("pixel_values"), FeatureSelection.LAST));
      Map<String, Trace.Recorded> actual = trace.tensors();
      for (String name : golden.expected().names()) {
        if (name.matches("(vision_.*|stem|stage_.*|hidden_states.*)")) {
          golden.assertClose(name, actual.getOrDefault(name, actual.get("vision." + name)));
        }
      }
    }
  }

  @Test
  void featuresAreTheLastMapRowByRow() {
    Golden golden = Golden.of("nfnet/nf_resnet50", "photo");
    try (PooledVisionEncoder encoder = (PooledVisionEncoder) ConvNets.load("nfnet/nf_resnet50");
        TensorScope scope = TensorScope.open()) {
      Tensor wide = golden.tensor("pixel_values").narrow(2, 0, 30);
      ImageFeatures features = encoder.encode(wide, FeatureSelection.LAST_PATCHES);
      assertEquals(1, features.rows());
      assertEquals(2, features.columns());
      float[] mean = encoder.pool(features).toFloats();
      float[] tokens = features.hiddenStates().toFloats();
      float[] expected = new float[mean.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (tokens[i] + tokens[expected.length + i]) / 2;
      }
      assertArrayEquals(expected, mean, 1e-5f);
    }
  }

  @Test
  void attentionPoolingRefusesOtherSizes() {
    try (PooledVisionEncoder encoder = (PooledVisionEncoder) ConvNets.load("openclip/resnet");
        TensorScope scope = TensorScope.open()) {
      Tensor small = Tensor.of(new float[3 * 32 * 32], 1, 3, 32, 32);
      ImageFeatures features = encoder.encode(small, FeatureSelection.LAST);
      String message =
          assertThrows(InvalidImageException.class, () -> encoder.pool(features)).getMessage();
      assertTrue(message.contains("4 places"), message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nfnet/nf_resnet50 | "nf_resnet50"      | "nf_regnet_b1"                 | 'nf_regnet_b1' is not supported; supported are
          nfnet/nf_resnet50 | "stem_chs":16      | "stem_chs":16,"reg":true       | model_args.reg is not supported
          nfnet/nf_resnet50 | "stem_chs":16      | "stem_type":"9x9"              | model_args.stem_type is "9x9"
          nfnet/nf_resnet50 | "stem_chs":16      | "output_stride":16             | model_args.output_stride is 16
          nfnet/nf_resnet50 | "stem_chs":16      | "attn_layer":"cbam"            | model_args.attn_layer is "cbam"
          nfnet/nf_resnet50 | "global_pool":"avg" | "global_pool":"max"           | global_pool is 'max'
          nfnet/nf_resnet50 | "stem_chs":16      | "stem_chs":16,"group_size":64  | group_size 64 is more than a block's 8 inner channels
          nfnet/nf_resnet50 | "depths":[2,1,1,1] | "depths":[2,1,1]               | 3 depths, 4 channels
          nfnet/nf_resnet50 | "depths":[2,1,1,1] | "depths":[2,1,1,0]             | depths is [2, 1, 1, 0]
          nfnet/nf_resnet50 | "stem_chs":16      | "stem_chs":24                  | stem.conv.weight
          timm/resnext50d   | "cardinality":4    | "cardinality":4,"aa_layer":"x" | model_args.aa_layer is not supported
          timm/resnext50d   | "cardinality":4    | "cardinality":0                | a stage of 1 blocks, 0 and 32 channels wide
          timm/resnext50d   | "cardinality":4    | "block":"other"                | model_args.block is "other"
          timm/resnet18     | "in_chans":3       | "stem_type":"wide"             | model_args.stem_type is "wide"
          resnet/basic_gelu | "basic"            | "wide"                         | layer_type is 'wide'
          resnet/basic_gelu | "depths":[2,1]     | "depths":[2]                   | 2 hidden_sizes and 1 depths
          resnet/basic_gelu | "depths":[2,1]     | "depths":[2,2]                 | encoder.stages.1.layers.1.layer.0.convolution.weight
          openclip/resnet   | "layers":[1,2,1,1] | "layers":[1,2,1]               | vision_cfg.layers has 3 numbers
          openclip/resnet   | "head_width":32    | "timm_model_name":"convnext"   | timm_model_name 'convnext'
          openclip/resnet   | "image_size":64    | "image_size":[64,96]           | image_size is [64,96]
          openclip/vit      | "head_width":6     | "head_width":7                 | not a multiple of head_width 7
          openclip/vit      | "head_width":6     | "pool_type":"avg"              | vision_cfg.pool_type is avg; supported: tok
          openclip/vit      | "head_width":6     | "ls_init_value":0.1            | vision_cfg.ls_init_value is 0.1
          """)
  void configurationsThatCannotBeAreRefusedByName(
      String checkpoint, String from, String to, String message) {
    VlmException error =
        assertThrows(
            VlmException.class,
            () ->
                ConvNets.load(
                    checkpoint,
                    json -> {
                      assertTrue(json.contains(from), json);
                      return json.replace(from, to);
                    }));
    assertTrue(
        error instanceof InvalidModelException || error instanceof UnsupportedModelException,
        error.toString());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
