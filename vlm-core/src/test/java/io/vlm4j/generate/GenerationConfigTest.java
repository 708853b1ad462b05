package io.vlm4j.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.VlmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationConfigTest {
  private static final String FULL =
      """
      {"bos_token_id": 1, "eos_token_id": [2, 7], "pad_token_id": 0, "decoder_start_token_id": 5,
       "do_sample": true, "temperature": 0.6, "top_p": 0.9, "top_k": 20, "min_p": 0.1,
       "max_new_tokens": 64, "min_new_tokens": 2, "repetition_penalty": 1.05,
       "no_repeat_ngram_size": 3, "length_penalty": 2.0, "early_stopping": "never",
       "transformers_version": "4.57.6", "max_length": 4096}
      """;

  @TempDir Path folder;

  @Test
  void everyKeyIsRead() throws IOException {
    write("generation_config.json", FULL);
    GenerationConfig config = GenerationConfig.read(folder);
    assertEquals(OptionalInt.of(1), config.bosTokenId());
    assertEquals(OptionalInt.of(0), config.padTokenId());
    assertEquals(OptionalInt.of(5), config.decoderStartTokenId());
    GenerationOptions defaults = config.defaults();
    assertEquals(List.of(2, 7), defaults.eosTokenIds());
    assertTrue(defaults.sampling());
    assertEquals(0.6, defaults.temperature());
    assertEquals(0.9, defaults.topP());
    assertEquals(20, defaults.topK());
    assertEquals(0.1, defaults.minP());
    assertEquals(64, defaults.maxNewTokens());
    assertEquals(2, defaults.minNewTokens());
    assertEquals(1.05, defaults.repetitionPenalty());
    assertEquals(3, defaults.noRepeatNgramSize());
    assertEquals(2.0, defaults.lengthPenalty());
    assertEquals(EarlyStopping.NEVER, defaults.earlyStopping());
  }

  @Test
  void tokensFallBackToTheConfig() throws IOException {
    write("generation_config.json", "{\"bos_token_id\": 1, \"num_beams\": 4}");
    write(
        "config.json",
        "{\"bos_token_id\": 9, \"eos_token_id\": null, \"pad_token_id\": -1,"
            + " \"text_config\": {\"eos_token_id\": 3, \"pad_token_id\": 8}}");
    GenerationConfig config = GenerationConfig.read(folder);
    assertEquals(OptionalInt.of(1), config.bosTokenId());
    assertEquals(List.of(3), config.defaults().eosTokenIds());
    assertEquals(OptionalInt.empty(), config.padTokenId());
    assertEquals(4, config.defaults().beams());
  }

  @Test
  void theConfigAloneIsEnough() throws IOException {
    write("config.json", "{\"num_beams\": 2, \"decoder\": {\"eos_token_id\": 50256}}");
    GenerationConfig config = GenerationConfig.read(folder);
    assertEquals(List.of(50256), config.defaults().eosTokenIds());
    assertEquals(2, config.defaults().beams());
  }

  @Test
  void nothingIsNothing() {
    GenerationConfig config = GenerationConfig.read(folder);
    assertEquals(List.of(), config.defaults().eosTokenIds());
    assertFalse(config.defaults().sampling());
  }

  @Test
  void aTemperatureOfZeroAndBeamsSwitchSamplingOff() {
    assertFalse(of("{\"do_sample\": true, \"temperature\": 0.0}").sampling());
    assertEquals(1, of("{\"do_sample\": true, \"temperature\": 0.0}").temperature());
    assertFalse(of("{\"do_sample\": true, \"num_beams\": 5, \"top_p\": 0.9}").sampling());
    assertFalse(of("{\"do_sample\": false, \"temperature\": 0.9}").sampling());
    assertEquals(EarlyStopping.TRUE, of("{\"early_stopping\": true}").earlyStopping());
    assertEquals(EarlyStopping.FALSE, of("{\"early_stopping\": false}").earlyStopping());
  }

  @Test
  void wrongValuesNameTheFile() {
    for (String wrong :
        List.of(
            "{\"top_p\": 2}",
            "{\"num_beams\": 0}",
            "{\"num_beams\": \"many\"}",
            "{\"early_stopping\": \"later\"}",
            "{\"eos_token_id\": {}}",
            "{\"max_new_tokens\": 1e99}",
            "[]")) {
      String message = assertThrows(InvalidModelException.class, () -> of(wrong)).getMessage();
      assertTrue(message.startsWith("generation_config.json"), message);
    }
  }

  @Test
  void mutatedFilesAreReadOrRefused() {
    Random random = new Random(3);
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder(FULL);
      for (int i = 0; i <= random.nextInt(4); i++) {
        char other = FULL.charAt(random.nextInt(FULL.length()));
        text.setCharAt(random.nextInt(text.length()), other);
      }
      try {
        of(text.substring(0, random.nextInt(10) == 0 ? text.length() / 2 : text.length()));
      } catch (VlmException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  private static GenerationOptions of(String json) {
    JsonNode file = JsonNode.parse(json, "generation_config.json");
    return GenerationConfig.of(file, JsonNode.empty("config.json")).defaults();
  }

  private void write(String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json);
  }
}
