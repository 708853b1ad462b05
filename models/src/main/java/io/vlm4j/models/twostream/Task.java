package io.vlm4j.models.twostream;

/** What a model may say of a text and the regions it is about; each task has a head of its own. */
public enum Task {
  /** The answer to a question, [answers]. */
  ANSWER,
  /** The word in each place of the text, [T, V]; VisualBERT's has rows for the regions after it. */
  MASKED_WORDS,
  /** The class of each region, or its vector, [N, C]. */
  MASKED_REGIONS,
  /** The attributes of each region, [N, A] (LXMERT). */
  REGION_ATTRIBUTES,
  /** The vector of each region, [N, F] (LXMERT). */
  REGION_FEATURES,
  /** Whether the text is about the image, [2]. */
  ALIGNMENT,
  /** How well the text fits, [1]: compared with that of other texts, or other images. */
  FIT,
  /** How well each region is what the text refers to, [N, 1] (ViLBERT). */
  REFERRED_REGION,
  /** As {@link #REFERRED_REGION}, for each token, [T, 1] (ViLBERT). */
  REFERRED_WORD,
  /** Which region each place of the sequence is about, [T + N, N] (VisualBERT). */
  PHRASE_REGIONS
}
