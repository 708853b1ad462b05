package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightSourcesTest extends WeightsTestBase {
  private static final String INDEX = "model.safetensors.index.json";

  @Test
  void foldersAreSearchedInOrder() {
    assertInvalid(
        () -> WeightSources.open(dir), "model.safetensors", INDEX, "*.gguf", dir.toString());
    write("pytorch_model-00001-of-00002.bin", new byte[0]);
    assertInvalid(() -> WeightSources.open(dir), "PyTorch pickle", "pytorch_model.bin.index.json");
    write("a.gguf", new GgufBuilder().bytes());
    assertInstanceOf(GgufFile.class, WeightSources.open(dir));
    assertInstanceOf(GgufFile.class, WeightSources.open(dir.resolve("a.gguf")));
    write("b.gguf", new GgufBuilder().bytes());
    assertInvalid(() -> WeightSources.open(dir), "2 .gguf files");
    index("{}");
    assertInstanceOf(ShardedSource.class, WeightSources.open(dir));
    assertInstanceOf(ShardedSource.class, WeightSources.open(dir.resolve(INDEX)));
    safetensors("model.safetensors", "{}", 0);
    assertInstanceOf(SafetensorsFile.class, WeightSources.open(dir));
    assertInvalid(() -> WeightSources.open(dir.resolve("none")), "no file", "none");
    assertInvalid(() -> WeightSources.open(dir.resolve("x.pth")), "no file");
  }

  @Test
  void tensorsComeFromTheirShards() {
    shard("one", "a");
    shard("two", "b");
    index("{'b':'two','a':'one'}");
    WeightSource source = WeightSources.open(dir);
    assertEquals(List.of("b", "a"), List.copyOf(source.names()));
    assertEquals("a", source.info("a").name());
    assertEquals(dir.resolve(INDEX).toString(), source.origin());
    try (Tensor b = source.load("b")) {
      assertArrayEquals(new float[2], b.toFloats());
    }
  }

  @Test
  void indexesThatLieAreErrors() {
    shard("one", "a");
    shard("two", "b");
    assertIndex("{'a':'one','b':'three'}", "shard", "three", "is missing");
    assertIndex("{'a':'one','b':'one'}", "says that tensor b is in", "but it is not");
    assertIndex("{'a':'one','b':'two','c':'two'}", "says that tensor c is in");
    assertIndex("{'a':'../one'}", "the shard '../one'", "beside the index");
    assertIndex("{'a':'" + dir + "/one'}", "beside the index");
    assertIndex("{'a':'..'}", "beside the index");
    assertIndex("{'a':''}", "beside the index");
    assertIndex("{'a':'\\u0000'}", "beside the index");
    assertIndex("{'a':1}", "weight_map.a is 1; expected a string");
    assertIndex("{'a':'one','a':'two'}", "the key a twice");
    shard("two", "a");
    shard("three", "b");
    assertIndex("{'a':'one','b':'three'}" + "x", "not valid JSON");
    safetensors(
        "three",
        "{'a':{'dtype':'U8','shape':[],'data_offsets':[0,1]},"
            + "'b':{'dtype':'U8','shape':[],'data_offsets':[1,2]}}",
        2);
    assertIndex("{'a':'one','b':'three'}", "three has the tensor a", "places in", "one");
    assertIndex("{'b':'three'}", "three has the tensor a", "does not name");
    write(INDEX, "{}".getBytes(StandardCharsets.UTF_8));
    assertInvalid(() -> WeightSources.open(dir), "has no key weight_map");
  }

  @Test
  void damagedIndexesNeverDoMoreThanFail() throws IOException {
    shard("one", "a");
    shard("two", "b");
    index("{'a':'one','b':'two'}");
    byte[] whole = Files.readAllBytes(dir.resolve(INDEX));
    Random random = new Random(13);
    int failed = 0;
    for (int i = 0; i < 2000; i++) {
      write(INDEX, mutated(whole, whole.length, random));
      failed += readsOrFails(dir) ? 0 : 1;
    }
    assertTrue(failed > 1000 && failed < 2000, failed + " failed");
  }

  private void assertIndex(String weightMap, String... parts) {
    index(weightMap);
    assertInvalid(() -> WeightSources.open(dir), parts);
  }

  private Path shard(String name, String tensor) {
    return safetensors(
        name, "{'" + tensor + "':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", 8);
  }

  private void index(String weightMap) {
    String json = ("{'metadata':{},'weight_map':" + weightMap + "}").replace('\'', '"');
    write(INDEX, json.getBytes(StandardCharsets.UTF_8));
  }
}
