package io.vlm4j.weights;

import io.vlm4j.tensor.Tensor;
import java.util.Map;

/**
 * The order of rotated features. llama.cpp stores the queries and keys of LLaMA models with the two
 * features of a rotated pair side by side; the hub has them half a head apart: row {@code 2 i + j}
 * of a head there is row {@code j headSize/2 + i} here.
 *
 * <p>Source: {@code LlamaModel.permute} in llama.cpp's convert_hf_to_gguf.py.
 */
record RotaryOrder(long queryHeads, long keyHeads) {
  private static final RotaryOrder AS_STORED = new RotaryOrder(0, 0);

  static RotaryOrder of(Map<String, Object> metadata) {
    if (!"llama".equals(metadata.get("general.architecture"))) {
      return AS_STORED;
    }
    long heads = number(metadata, "llama.attention.head_count", 0);
    return new RotaryOrder(heads, number(metadata, "llama.attention.head_count_kv", heads));
  }

  boolean isPermuted(String name) {
    return heads(name) > 0;
  }

  Tensor restore(String name, Tensor rows) {
    long[] shape = rows.shape();
    long columns = Tensor.elements(shape) / shape[0];
    return rows.view(heads(name), shape[0] / heads(name) / 2, 2, columns)
        .transpose(1, 2)
        .view(shape);
  }

  private long heads(String name) {
    if (name.contains(".attn_q.")) {
      return queryHeads;
    }
    return name.contains(".attn_k.") ? keyHeads : 0;
  }

  private static long number(Map<String, Object> metadata, String key, long missing) {
    return metadata.get(key) instanceof Long value && value > 0 ? value : missing;
  }
}
