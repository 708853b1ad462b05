package io.vlm4j.models.twostream;

import io.vlm4j.detect.Regions;

/** The body of a model of a text and regions. Its weights belong to the scope it was loaded in. */
interface TwoStreamEncoder {
  /** Width F of the regions' features. */
  int featureSize();

  /** The regions as this model takes them, in the caller's scope. */
  RegionInputs prepare(Regions regions);

  /** Reads both; the result belongs to the caller's scope. */
  Streams encode(TextTokens text, RegionInputs regions);
}
