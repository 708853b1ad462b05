package io.vlm4j.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidOptionException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GenerationOptionsTest {
  static Stream<Arguments> outsideTheirRange() {
    return Stream.of(
        Arguments.of(b().maxNewTokens(0), "maxNewTokens is 0; allowed is at least 1"),
        Arguments.of(b().minNewTokens(-1), "minNewTokens is -1; allowed is at least 0"),
        Arguments.of(b().beams(0), "beams is 0; allowed is 1 to 64"),
        Arguments.of(b().beams(65), "beams is 65; allowed is 1 to 64"),
        Arguments.of(b().lengthPenalty(11), "lengthPenalty is 11.0; allowed is -10 to 10"),
        Arguments.of(b().lengthPenalty(Double.NaN), "lengthPenalty is NaN; allowed is -10 to 10"),
        Arguments.of(b().temperature(-0.1), "temperature is -0.1; allowed is 0 to 100"),
        Arguments.of(
            b().temperature(Double.POSITIVE_INFINITY),
            "temperature is Infinity; allowed is 0 to 100"),
        Arguments.of(b().topK(-1), "topK is -1; allowed is at least 0"),
        Arguments.of(b().topP(1.1), "topP is 1.1; allowed is 0 to 1"),
        Arguments.of(b().minP(-0.5), "minP is -0.5; allowed is 0 to 1"),
        Arguments.of(
            b().repetitionPenalty(0), "repetitionPenalty is 0.0; allowed is 1.0E-6 to 100"),
        Arguments.of(b().noRepeatNgramSize(-2), "noRepeatNgramSize is -2; allowed is at least 0"),
        Arguments.of(b().topLogits(1001), "topLogits is 1001; allowed is 0 to 1000"),
        Arguments.of(
            b().stopStrings(Collections.nCopies(65, "x")),
            "the number of stopStrings is 65; allowed is 0 to 64"),
        Arguments.of(
            b().stopStrings("a", ""), "the length of a stop string is 0; allowed is 1 to 1000"),
        Arguments.of(
            b().eosTokenIds(List.of(2, -1)), "an id of eosTokenIds is -1; allowed is at least 0"),
        Arguments.of(
            b().minNewTokens(5).maxNewTokens(4), "minNewTokens is 5, more than maxNewTokens, 4"));
  }

  @ParameterizedTest
  @MethodSource("outsideTheirRange")
  void rangesAreChecked(GenerationOptions.Builder builder, String message) {
    assertEquals(message, assertThrows(InvalidOptionException.class, builder::build).getMessage());
  }

  @Test
  void beamsDoNotSample() {
    assertThrows(InvalidOptionException.class, () -> b().beams(2).temperature(0.5).build());
    assertEquals(2, b().beams(2).temperature(0).build().beams());
    assertEquals(2, b().beams(2).topP(0.5).sampling(false).build().beams());
  }

  @Test
  void greedyIsTheDefaultAndSamplingIsImplied() {
    assertFalse(b().build().sampling());
    assertFalse(b().temperature(0).sampling(true).build().sampling());
    assertFalse(b().temperature(1).sampling(false).build().sampling());
    assertTrue(b().sampling(true).build().sampling());
    assertTrue(b().temperature(0.1).build().sampling());
    assertTrue(b().topK(3).build().sampling());
    assertTrue(b().topP(0.3).build().sampling());
    assertTrue(b().minP(0.1).build().sampling());
  }

  @Test
  void defaultsFillWhatIsUnset() {
    GenerationOptions model =
        b().beams(3).maxNewTokens(7).eosTokenIds(List.of(2)).lengthPenalty(-1).build();
    GenerationOptions merged = b().maxNewTokens(9).build().withDefaults(model);
    assertEquals(9, merged.maxNewTokens());
    assertEquals(3, merged.beams());
    assertEquals(List.of(2), merged.eosTokenIds());
    assertEquals(-1, merged.lengthPenalty());
    assertEquals(List.of(), b().eosTokenIds(List.of()).build().withDefaults(model).eosTokenIds());
  }

  @Test
  void theCallDecidesBetweenBeamsAndSampling() {
    GenerationOptions beams = b().beams(3).sampling(false).build();
    GenerationOptions sampling = b().temperature(0.6).topP(0.9).build();
    GenerationOptions sampled = b().temperature(0.5).build().withDefaults(beams);
    assertTrue(sampled.sampling());
    assertEquals(1, sampled.beams());
    GenerationOptions searched = b().beams(2).build().withDefaults(sampling);
    assertFalse(searched.sampling());
    assertEquals(2, searched.beams());
    assertFalse(b().temperature(0).build().withDefaults(sampling).sampling());
    GenerationOptions both = b().build().withDefaults(sampling).withDefaults(beams);
    assertTrue(both.sampling());
    assertEquals(0.6, both.temperature());
  }

  @Test
  void builtOptionsDoNotChange() {
    GenerationOptions.Builder builder = b().beams(2);
    GenerationOptions options = builder.build();
    builder.beams(3);
    assertEquals(2, options.beams());
    assertEquals(5, options.toBuilder().beams(5).build().beams());
    assertEquals(2, options.beams());
  }

  private static GenerationOptions.Builder b() {
    return GenerationOptions.builder();
  }
}
