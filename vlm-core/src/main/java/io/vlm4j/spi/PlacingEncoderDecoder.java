package io.vlm4j.spi;

/** An encoder-decoder whose encoder can read positions that have no place in the sequence. */
public interface PlacingEncoderDecoder extends EncoderDecoder {
  /**
   * The same model for prompts of which only the first positions have a place: of the distance
   * between others, and from others to these, its encoder knows nothing. So VL-T5 reads a text and
   * then regions. Closing it does nothing.
   *
   * @param positions how many have a place
   */
  EncoderDecoder placingFirst(int positions);
}
