package io.vlm4j.encoders.nfnet;

import io.vlm4j.config.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The architectures of timm by their names, as arguments of the network. */
final class NfNetArchitectures {
  /** NFNet-F0 to F7 differ in depth alone: F0's, times one more each. */
  private static final Pattern NFNET_F = Pattern.compile("(dm_)?nfnet_f([0-7])");

  private static final int[] F0_DEPTHS = {1, 2, 6, 3};

  /** What is so if neither the architecture nor a checkpoint says otherwise (NfCfg). */
  static final JsonNode DEFAULTS =
      JsonNode.parse(
          """
          {"depths": [], "channels": [], "in_chans": 3, "alpha": 0.2, "stem_type": "3x3",
           "stem_chs": 0, "group_size": 0, "attn_layer": "", "attn_kwargs": {}, "attn_gain": 2.0,
           "width_factor": 1.0, "bottle_ratio": 0.5, "num_features": 0, "ch_div": 8,
           "extra_conv": false, "gamma_in_act": false, "same_padding": false,
           "std_conv_eps": 1e-5, "skipinit": false, "act_layer": "silu"}
          """,
          "NfCfg");

  /** The widths of all NFNet-F. */
  private static final JsonNode NFNET =
      JsonNode.parse(
          """
          {"channels": [256, 512, 1536, 1536], "stem_type": "deep_quad", "stem_chs": 128,
           "group_size": 128, "bottle_ratio": 0.5, "extra_conv": true, "num_features": 3072,
           "act_layer": "gelu", "attn_layer": "se", "attn_kwargs": {"rd_ratio": 0.5}}
          """,
          "nfnet_f");

  /** What DeepMind's weights need besides. */
  private static final JsonNode DEEPMIND =
      JsonNode.parse(
          "{\"gamma_in_act\": true, \"same_padding\": true, \"skipinit\": true}", "dm_nfnet_f");

  private static final JsonNode LIGHT =
      JsonNode.parse(
          """
          {
            "nfnet_l0": {"depths": [1, 2, 6, 3], "num_features": 2304, "group_size": 64,
              "bottle_ratio": 0.25, "act_layer": "silu",
              "attn_kwargs": {"rd_ratio": 0.25, "rd_divisor": 8}},
            "eca_nfnet_l0": {"depths": [1, 2, 6, 3], "num_features": 2304, "group_size": 64,
              "bottle_ratio": 0.25, "act_layer": "silu", "attn_layer": "eca", "attn_kwargs": {}},
            "eca_nfnet_l1": {"depths": [2, 4, 12, 6], "group_size": 64,
              "bottle_ratio": 0.25, "act_layer": "silu", "attn_layer": "eca", "attn_kwargs": {}},
            "eca_nfnet_l2": {"depths": [3, 6, 18, 9], "group_size": 64,
              "bottle_ratio": 0.25, "act_layer": "silu", "attn_layer": "eca", "attn_kwargs": {}},
            "eca_nfnet_l3": {"depths": [4, 8, 24, 12], "group_size": 64,
              "bottle_ratio": 0.25, "act_layer": "silu", "attn_layer": "eca", "attn_kwargs": {}}
          }
          """,
          "nfnet_l");

  private static final JsonNode RESNET =
      JsonNode.parse(
          """
          {"channels": [256, 512, 1024, 2048], "stem_type": "7x7_pool", "stem_chs": 64,
           "bottle_ratio": 0.25, "act_layer": "relu"}
          """,
          "nf_resnet");

  private static final JsonNode RESNETS =
      JsonNode.parse(
          """
          {
            "nf_resnet26": {"depths": [2, 2, 2, 2]},
            "nf_resnet50": {"depths": [3, 4, 6, 3]},
            "nf_resnet101": {"depths": [3, 4, 23, 3]},
            "nf_seresnet26": {"depths": [2, 2, 2, 2], "attn_layer": "se"},
            "nf_seresnet50": {"depths": [3, 4, 6, 3], "attn_layer": "se"},
            "nf_seresnet101": {"depths": [3, 4, 23, 3], "attn_layer": "se"},
            "nf_ecaresnet26": {"depths": [2, 2, 2, 2], "attn_layer": "eca"},
            "nf_ecaresnet50": {"depths": [3, 4, 6, 3], "attn_layer": "eca"},
            "nf_ecaresnet101": {"depths": [3, 4, 23, 3], "attn_layer": "eca"}
          }
          """,
          "nf_resnet");

  private NfNetArchitectures() {}

  static Set<String> names() {
    Set<String> names = new TreeSet<>(RESNETS.keys());
    names.addAll(LIGHT.keys());
    for (int size = 0; size < 8; size++) {
      names.add("nfnet_f" + size);
      if (size < 7) {
        names.add("dm_nfnet_f" + size);
      }
    }
    return names;
  }

  /** The arguments of one of {@link #names()}. */
  static JsonNode arguments(String name) {
    if (RESNETS.has(name)) {
      return with(RESNETS.get(name), RESNET);
    }
    if (LIGHT.has(name)) {
      return with(LIGHT.get(name), NFNET);
    }
    Matcher sized = NFNET_F.matcher(name);
    if (!sized.matches()) {
      throw new IllegalArgumentException(name);
    }
    int factor = Integer.parseInt(sized.group(2)) + 1;
    StringBuilder depths = new StringBuilder();
    for (int depth : F0_DEPTHS) {
      depths.append(depths.isEmpty() ? "" : ", ").append(depth * factor);
    }
    JsonNode own = JsonNode.parse("{\"depths\": [" + depths + "]}", name);
    return with(sized.group(1) == null ? own : with(own, DEEPMIND), NFNET);
  }

  private static JsonNode with(JsonNode own, JsonNode family) {
    return own.withFallback(family, family.keys().toArray(String[]::new));
  }
}
