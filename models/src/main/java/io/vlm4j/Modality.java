package io.vlm4j;

/** What a {@link JointEmbedder} puts into its space. */
public enum Modality {
  IMAGE,
  TEXT,
  AUDIO
}
