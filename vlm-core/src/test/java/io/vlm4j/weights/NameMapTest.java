package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.weights.NameMap.Target;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NameMapTest {
  private static final NameMap MAP =
      NameMap.parse(
          """
          *.rotary_emb.inv_freq               -> ignore
          model.*                             -> *
          embed_tokens.weight                 -> embedding.weight

          layers.{i}.experts.{j}.up.*         -> layers.{i}.mlp.{j}.up.*
          layers.{i}.self_attn.q_proj.*       -> layers.{i}.attention.query.*
          layers.{i}.attn.q.*                 -> layers.{i}.attention.query.*
          position_ids                        -> ignore
          *.gamma                             -> pooled.*
          """);

  @Test
  void theFirstLineThatFitsCounts() {
    assertMaps("embed_tokens.weight", "embedding.weight");
    assertMaps("model.embed_tokens.weight", "embedding.weight");
    assertMaps("model.layers.12.self_attn.q_proj.bias", "layers.12.attention.query.bias");
    assertMaps("layers.12.attn.q.bias", "layers.12.attention.query.bias");
    assertMaps("layers.1.experts.23.up.weight", "layers.1.mlp.23.up.weight");
    assertMaps("norm.gamma", "pooled.norm");
    Optional<Target> ignored = Optional.of(new Target("", true));
    assertEquals(ignored, MAP.map("model.layers.3.rotary_emb.inv_freq"));
    assertEquals(ignored, MAP.map("model.position_ids"));
  }

  @Test
  void whatNoLineServesIsSurplus() {
    assertEquals(Optional.empty(), MAP.map("layers.x.attn.q.bias"));
    assertEquals(Optional.empty(), MAP.map("layers.1.attn.q"));
    assertEquals(Optional.empty(), MAP.map("embed_tokensxweight"));
    assertEquals(Optional.empty(), MAP.map(""));
  }

  @Test
  void namesGoBackToAllTheirSources() {
    assertEquals(
        List.of("model.embed_tokens.weight", "embed_tokens.weight"),
        MAP.sources("embedding.weight"));
    assertEquals(
        List.of(
            "model.layers.7.self_attn.q_proj.weight",
            "layers.7.self_attn.q_proj.weight",
            "model.layers.7.attn.q.weight",
            "layers.7.attn.q.weight"),
        MAP.sources("layers.7.attention.query.weight"));
    assertEquals(List.of(), MAP.sources("head.bias"));
  }

  @Test
  void linesThatCannotBeReadAreErrors() {
    assertThrows(IllegalArgumentException.class, () -> NameMap.parse("a => b"));
    assertThrows(IllegalArgumentException.class, () -> NameMap.parse("a.{i} -> b"));
    assertThrows(IllegalArgumentException.class, () -> NameMap.parse("a -> b.*"));
    assertThrows(IllegalArgumentException.class, () -> NameMap.parse("a.*.* -> b.*"));
  }

  private static void assertMaps(String name, String expected) {
    assertEquals(Optional.of(new Target(expected, false)), MAP.map(name));
  }
}
