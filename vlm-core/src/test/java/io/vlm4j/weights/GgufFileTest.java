package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Precision;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GgufFileTest extends WeightsTestBase {
  private static final Path BLOCKS = TestData.path("gguf/blocks.gguf");
  private static final Path LLAMA = TestData.path("gguf/llama.gguf");

  @Test
  void everyTypeIsDecodedAsTheReferenceDoes() {
    WeightSource expected = SafetensorsFile.open(TestData.path("gguf/blocks.safetensors"));
    GgufFile file = GgufFile.open(BLOCKS);
    assertEquals(expected.names().size(), file.names().size());
    for (String name : expected.names()) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor actual = file.load(name);
        Tensor reference = expected.load(name);
        assertArrayEquals(reference.shape(), actual.shape(), name);
        assertEquals(expected.info(name).shape(), file.info(name).shape());
        assertArrayEquals(reference.toFloats(), actual.toFloats(), name);
      }
    }
  }

  @Test
  void blocksAreFloat16WhereThePrecisionIsAutomatic() {
    GgufFile file = GgufFile.open(BLOCKS);
    for (Precision precision : Precision.values()) {
      try (TensorScope scope = TensorScope.open()) {
        Weights weights = Weights.of(file, new Placement(Device.CPU, precision));
        DType blocks = precision == Precision.AUTO ? DType.FLOAT16 : DType.FLOAT32;
        assertEquals(blocks, weights.get("cube", 2, 3, 64).dtype());
      }
    }
    assertEquals(DType.FLOAT16, file.info("cube").floatType());
    assertEquals(DType.BFLOAT16, file.info("bf16").floatType());
    assertEquals(DType.FLOAT32, file.info("f32").floatType());
  }

  @Test
  void typesWithoutBlocksAreMappedAsTheyAre() {
    GgufFile file = GgufFile.open(BLOCKS);
    try (TensorScope scope = TensorScope.open()) {
      assertEquals(DType.FLOAT32, file.load("f32").dtype());
      assertEquals(DType.FLOAT16, file.load("f16").dtype());
      assertEquals(DType.FLOAT16, file.info("cube").floatType());
      assertEquals(DType.BFLOAT16, file.load("bf16").dtype());
    }
    assertEquals("cube Q8_0 [2, 3, 64]", file.info("cube").toString());
    assertEquals(2 * 3 * 2 * 34, file.info("cube").bytes());
    assertThrows(NoSuchElementException.class, () -> file.info("none"));
    assertThrows(NoSuchElementException.class, () -> file.load("none"));
  }

  @Test
  void aConvertedModelHasTheHubsTensorsUnderTheHubsNames() {
    WeightSource hub = SafetensorsFile.open(TestData.path("llama/gqa_tied/model.safetensors"));
    Weights weights = Weights.of(GgufFile.open(LLAMA), GgufNames.LLAMA, Placement.REFERENCE);
    for (String name : hub.names()) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor reference = hub.load(name);
        Tensor actual = weights.get(name, reference.shape());
        assertArrayEquals(reference.toFloats(), actual.toFloats(), name);
      }
    }
    weights.requireAllRead();
  }

  @Test
  void metadataIsTyped() {
    GgufMetadata metadata = GgufFile.open(BLOCKS).metadata();
    assertEquals("llama", metadata.getString("general.architecture"));
    assertEquals(
        List.of("", "a", "\u0120caf\u00e9", "\ud83d\ude00"), metadata.values().get("test.strings"));
    assertEquals(List.of(-1L, 2L, 3L), metadata.values().get("test.ints"));
    assertEquals(List.of(0.5, -0.1), metadata.values().get("test.floats"));
    assertEquals(true, metadata.values().get("test.true"));
    assertEquals(0.1, metadata.findDouble("test.double").orElseThrow());
    assertEquals(-5, metadata.getInt("test.int8"));
    assertInvalid(() -> metadata.getInt("test.uint64"), "test.uint64 is 1099511627776", "32 bits");
    assertInvalid(() -> metadata.getInt("test.ints"), "test.ints", "expected a whole number");
    assertInvalid(() -> metadata.getString("none"), "has no metadata value none");
  }

  @Test
  void unsupportedTypesAreNamed() {
    Path file = write("q4k.gguf", new GgufBuilder().tensor("t", 12, 0, 256).data(256).bytes());
    UnsupportedModelException error =
        assertThrows(UnsupportedModelException.class, () -> GgufFile.open(file));
    assertTrue(
        error
            .getMessage()
            .endsWith(
                "tensor t has the type Q4_K; supported are F32, F16, BF16, "
                    + "Q4_0, Q4_1, Q8_0, Q6_K"),
        error.getMessage());
    Path unknown = write("x.gguf", new GgufBuilder().tensor("t", 777, 0, 256).data(256).bytes());
    assertInvalid(() -> GgufFile.open(unknown), "tensor t has the type number 777");
  }

  @Test
  void headersThatLieAreErrors() {
    assertGguf("no GGUF", "text".getBytes(StandardCharsets.UTF_8), "is not a GGUF file");
    assertGguf("empty", new byte[0], "is not a GGUF file");
    assertGguf("version", new GgufBuilder().version(9).bytes(), "version 9; supported are 2 and 3");
    assertGguf("swapped", new GgufBuilder().version(3 << 24).bytes(), "big-endian");
    assertGguf(
        "counts",
        new GgufBuilder().counts(-1, 0).bytes(),
        "18446744073709551615 bytes or elements of tensors");
    assertGguf(
        "values",
        new GgufBuilder().counts(0, 1 << 20).bytes(),
        "1048576 bytes or elements of metadata values");
    assertGguf(
        "short",
        new GgufBuilder().tensor("t", 0, 0, 4).data(12).bytes(),
        "takes 16 bytes",
        "has 12 left");
    assertGguf(
        "huge",
        new GgufBuilder().tensor("t", 0, 0, 1L << 40, 1L << 40).bytes(),
        "positive lengths");
    assertGguf("negative", new GgufBuilder().tensor("t", 0, 0, -4).bytes(), "positive lengths");
    assertGguf(
        "partial", new GgufBuilder().tensor("t", 8, 0, 31).data(40).bytes(), "a multiple of 32");
    assertGguf(
        "offset",
        new GgufBuilder().tensor("t", 0, 64, 4).data(256).bytes(),
        "lies at 64",
        "expected 0");
    assertGguf(
        "overlap",
        new GgufBuilder().tensor("t", 0, 0, 16).tensor("u", 0, 32, 4).data(256).bytes(),
        "tensor u lies at 32",
        "expected 64");
    assertGguf(
        "twice",
        new GgufBuilder().tensor("t", 0, 0, 8).tensor("t", 0, 32, 8).data(64).bytes(),
        "there twice");
    assertGguf(
        "rank", new GgufBuilder().tensor("t", 0, 0, 1, 1, 1, 1, 1).data(4).bytes(), "5 dimensions");
    assertGguf("align", new GgufBuilder().number("general.alignment", 24).bytes(), "power of two");
    assertGguf(
        "keys", new GgufBuilder().number("a", 1).number("a", 1).bytes(), "metadata value a twice");
  }

  @Test
  void rowsThatDoNotDivideIntoHeadsAreErrors() {
    GgufBuilder builder =
        new GgufBuilder()
            .number("llama.attention.head_count", 3)
            .text("general.architecture", "llama")
            .tensor("blk.0.attn_q.weight", 0, 0, 2, 8);
    GgufFile file = GgufFile.open(write("heads.gguf", builder.data(64).bytes()));
    assertInvalid(() -> file.load("blk.0.attn_q.weight"), "blk.0.attn_q.weight F32 [8, 2]", "3");
  }

  @Test
  void blocksAcrossRowsThatMustBeReorderedAreErrors() {
    GgufBuilder builder = GgufBuilder.llama().tensor("blk.0.attn_q.bias", 8, 64, 32).data(34);
    GgufFile file = GgufFile.open(write("rows.gguf", builder.bytes()));
    assertInvalid(() -> file.load("blk.0.attn_q.bias"), "attn_q.bias Q8_0 [32]", "across its rows");
  }

  @Test
  void rowsOfTheFileGoToTheHubsPlaces() {
    int heads = 2;
    int size = 8;
    float[] stored = new float[heads * size];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = i;
    }
    GgufBuilder builder =
        new GgufBuilder()
            .text("general.architecture", "llama")
            .number("llama.attention.head_count", 4)
            .number("llama.attention.head_count_kv", heads)
            .floats("blk.0.attn_k.bias", stored)
            .floats("blk.0.attn_v.bias", stored);
    GgufFile file = GgufFile.open(write("order.gguf", builder.bytes()));
    try (Tensor keys = file.load("blk.0.attn_k.bias");
        Tensor values = file.load("blk.0.attn_v.bias")) {
      float[] hub = keys.toFloats();
      for (int h = 0; h < stored.length; h += size) {
        for (int i = 0; i < size / 2; i++) {
          assertEquals(stored[h + 2 * i], hub[h + i]);
          assertEquals(stored[h + 2 * i + 1], hub[h + size / 2 + i]);
        }
      }
      assertArrayEquals(stored, values.toFloats());
    }
  }

  @Test
  void listsMayHoldLists() {
    GgufBuilder builder = new GgufBuilder().nestedLists("a", 4);
    Object list = GgufFile.open(write("lists.gguf", builder.bytes())).metadata().values().get("a");
    assertEquals(List.of(List.of(List.of(List.of()))), list);
    assertGguf("deep", new GgufBuilder().nestedLists("a", 5).bytes(), "value a deeper than 4");
    assertGguf(
        "deepest", new GgufBuilder().nestedLists("a", 4000).bytes(), "value a deeper than 4");
  }

  @Test
  void headersThatWouldFillTheMemoryAreErrors() throws IOException {
    Path bytes = sparse("bytes.gguf", new GgufBuilder().list("a", 0, 50_000_000), 60_000_000);
    assertInvalid(() -> GgufFile.open(bytes), "50000000 list elements up to a", "at most 4194304");
    Path strings = sparse("strings.gguf", new GgufBuilder().list("a", 8, 5_000_000), 60_000_000);
    assertInvalid(() -> GgufFile.open(strings), "5000000 list elements up to a");
    Path tensors = sparse("tensors.gguf", new GgufBuilder().counts(1 << 20, 0), 60_000_000);
    assertInvalid(() -> GgufFile.open(tensors), "1048576 tensors; at most 65536");
    Path values = sparse("values.gguf", new GgufBuilder().counts(0, 1 << 20), 60_000_000);
    assertInvalid(() -> GgufFile.open(values), "1048576 metadata values; at most 65536");
  }

  @Test
  void filesBeyondTwoGigabytesAreMapped() throws IOException {
    long large = 4L * 600_000_000;
    GgufBuilder builder =
        new GgufBuilder().tensor("large", 0, 0, 600_000_000).tensor("last", 0, large, 2);
    long start = (builder.bytes().length + 31L) / 32 * 32;
    Path path = sparse("large.gguf", builder, start + large + 8);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(start + large);
      file.writeInt(Integer.reverseBytes(Float.floatToIntBits(1.5f)));
      file.writeInt(Integer.reverseBytes(Float.floatToIntBits(-2.5f)));
    }
    try (Tensor last = GgufFile.open(path).load("last")) {
      assertArrayEquals(new float[] {1.5f, -2.5f}, last.toFloats());
    }
  }

  @Test
  void everyTruncationOfAHeaderIsAnError() throws IOException {
    byte[] whole = Files.readAllBytes(BLOCKS);
    for (int length = 0; length < 1100; length++) {
      Path file = write("cut.gguf", Arrays.copyOf(whole, length));
      assertFalse(readsOrFails(file), "cut to " + length);
    }
  }

  @Test
  void damagedHeadersNeverDoMoreThanFail() throws IOException {
    byte[] whole = Files.readAllBytes(BLOCKS);
    Random random = new Random(3);
    int failed = 0;
    for (int i = 0; i < 2000; i++) {
      failed += readsOrFails(write("mutated.gguf", mutated(whole, 1088, random))) ? 0 : 1;
    }
    assertTrue(failed > 500, failed + " failed");
  }

  private Path sparse(String name, GgufBuilder builder, long size) throws IOException {
    Path path = write(name, builder.bytes());
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    return path;
  }

  private void assertGguf(String name, byte[] bytes, String... parts) {
    Path file = write(name + ".gguf", bytes);
    assertInvalid(() -> GgufFile.open(file), parts);
  }
}
