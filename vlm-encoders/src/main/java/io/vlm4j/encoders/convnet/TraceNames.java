package io.vlm4j.encoders.convnet;

/** What the reference implementations call the tensors between stem and stages. */
public enum TraceNames {
  /** The stem is hidden state 0; the pooled features are a map of one place. */
  HUB("vision.hidden_states.0", "vision.hidden_states.", 1, true),
  TIMM("stem", "stage_", 0, false),
  OPEN_CLIP("vision_stem", "vision_stage_", 0, false);

  private final String stem;
  private final String stage;
  private final int first;
  private final boolean pooledMap;

  TraceNames(String stem, String stage, int first, boolean pooledMap) {
    this.stem = stem;
    this.stage = stage;
    this.first = first;
    this.pooledMap = pooledMap;
  }

  String stem() {
    return stem;
  }

  String stage(int index) {
    return stage + (index + first);
  }

  /** True if the pooled features are recorded as [B, D, 1, 1]. */
  boolean pooledMap() {
    return pooledMap;
  }
}
