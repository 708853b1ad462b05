package io.vlm4j.models.twostream;

import io.vlm4j.detect.Regions;

/** The body of a model of a text and regions. Its weights belong to the scope it was loaded in. */
interface TwoStreamEncoder {
  /** The regions, of which there is at least one, as this model takes them. */
  RegionInputs prepare(Regions regions);

  /** Reads both; the result belongs to the caller's scope. */
  Streams encode(TextTokens text, RegionInputs regions);
}
