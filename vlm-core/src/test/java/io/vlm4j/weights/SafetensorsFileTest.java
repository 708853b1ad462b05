package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SafetensorsFileTest extends WeightsTestBase {
  private static final String F32 = "'dtype':'F32','shape':[2],";

  @Test
  void tensorsAreMappedInFileOrder() {
    Path path =
        safetensors(
            "ok",
            "{'__metadata__':{'format':'pt'},'b':{"
                + F32
                + "'data_offsets':[0,8]},'none':{'dtype':'I64','shape':[0,3],'data_offsets':[8,8]},"
                + "'a':{'dtype':'U8','shape':[],'data_offsets':[8,9]}}  ",
            9);
    SafetensorsFile file = SafetensorsFile.open(path);
    assertEquals(List.of("b", "none", "a"), List.copyOf(file.names()));
    assertEquals("pt", file.metadata().get("format"));
    assertEquals(new TensorInfo("b", "F32", List.of(2L), 8), file.info("b"));
    assertEquals(path.toString(), file.origin());
    assertThrows(NoSuchElementException.class, () -> file.info("c"));
    assertThrows(NoSuchElementException.class, () -> file.load("c"));
    try (Tensor b = file.load("b");
        Tensor none = file.load("none");
        Tensor a = file.load("a")) {
      assertArrayEquals(new float[2], b.toFloats());
      assertArrayEquals(new long[] {0, 3}, none.shape());
      assertArrayEquals(new long[0], a.shape());
    }
  }

  @Test
  void filesThatAreNotSafetensorsAreErrors() throws IOException {
    assertInvalid(() -> SafetensorsFile.open(dir.resolve("absent")), "no file", "absent");
    assertInvalid(() -> SafetensorsFile.open(dir), "is not a file");
    assertFile(new byte[0], "has 0 bytes");
    assertFile(new byte[7], "has 7 bytes");
    assertFile("version https://git-lfs".getBytes(StandardCharsets.UTF_8), "Git LFS pointer");
    assertFile(length(-1, 16), "promises a header of 18446744073709551615");
    assertFile(length(9, 16), "promises a header of 9");
    try (RandomAccessFile sparse = new RandomAccessFile(dir.resolve("large").toFile(), "rw")) {
      sparse.write(length(100_000_001, 8));
      sparse.setLength(200_000_000);
    }
    assertInvalid(() -> SafetensorsFile.open(dir.resolve("large")), "at most 100000000");
  }

  @Test
  void headersThatAreNotTheFormatsJsonAreErrors() {
    assertHeader("{'a'", 0, "not valid JSON");
    assertHeader("[]", 0, "expected an object");
    assertHeader("{} {}", 0, "not valid JSON");
    assertHeader("{a:1}", 0, "not valid JSON");
    assertHeader("{'a':1}", 0, "a is 1; expected an object");
    assertHeader("{'a':{'shape':[],'data_offsets':[0,4]}}", 4, "no key a.dtype");
    assertHeader("{'a':{'dtype':'F32','shape':4,'data_offsets':[0,4]}}", 4, "a.shape is 4");
    assertHeader("{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}}", 4, "a.shape[0]");
    assertHeader("{'__metadata__':{'a':1}}", 0, "__metadata__.a is 1; expected a string");
    String tensor = "{" + F32 + "'data_offsets':[0,8]}";
    assertHeader("{'a':" + tensor + ",'a':" + tensor + "}", 8, "the key a twice");
    assertHeader("[".repeat(100_000), 0, "not valid JSON");
    Path latin = write("latin", length(2, 10));
    assertInvalid(() -> SafetensorsFile.open(latin), "not valid JSON");
    byte[] notText = length(2, 10);
    notText[8] = (byte) 0xff;
    assertFile(notText, "not UTF-8");
  }

  @Test
  void headersThatLieAboutTensorsAreErrors() {
    assertHeader(
        "{'a':{'dtype':'F8_E4M3','shape':[],'data_offsets':[0,1]}}", 1, "tensor a", "F8_E4M3");
    assertHeader("{'a':{" + F32 + "'data_offsets':[0,8]}}", 7, "tensor a ends at byte 8 of 7");
    assertHeader("{'a':{" + F32 + "'data_offsets':[8,0]}}", 8, "tensor a", "[8, 0]");
    assertHeader("{'a':{" + F32 + "'data_offsets':[-8,0]}}", 8, "tensor a", "[-8, 0]");
    assertHeader("{'a':{" + F32 + "'data_offsets':[0]}}", 8, "tensor a", "[0]; expected two");
    assertHeader("{'a':{" + F32 + "'data_offsets':[]}}", 8, "tensor a", "[]; expected two");
    assertHeader(
        "{'a':{" + F32 + "'data_offsets':[0,12]}}", 12, "shape [2] takes 8 bytes", "hold 12");
    assertHeader(
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,8]}}", 8, "tensor a", "negative");
    assertHeader(
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}}",
        8,
        "takes more than 2^63 bytes");
    assertHeader(
        "{'a':{'dtype':'U8','shape':[1" + ",1".repeat(64) + "],'data_offsets':[0,1]}}",
        1,
        "65 dimensions");
    assertHeader(
        "{'a':{" + F32 + "'data_offsets':[0,9223372036854775807]}}", 8, "tensor a ends at byte");
  }

  @Test
  void everyByteMustBelongToOneTensor() {
    String a = "'a':{" + F32 + "'data_offsets':[0,8]}";
    assertHeader(
        "{" + a + ",'b':{" + F32 + "'data_offsets':[4,12]}}",
        12,
        "tensor b begins at byte 4, inside the tensor before it; expected 8");
    assertHeader(
        "{" + a + ",'b':{" + F32 + "'data_offsets':[9,17]}}", 17, "tensor b", "after a gap");
    assertHeader("{" + a + "}", 11, "3 bytes that belong to no tensor");
  }

  @Test
  void headersThatWouldFillTheMemoryAreErrors() {
    String ones = "1,".repeat(2_100_000);
    assertHeader(
        "{'a':{'dtype':'F32','shape':[" + ones + "1],'data_offsets':[0,4]}}",
        4,
        "(header) has too many JSON values; at most 2097152");
  }

  @Test
  void namesOutOfFilesStayOnOneLine() {
    assertHeader("{'a\u2028b\u0085c':{" + F32 + "'data_offsets':[0,4]}}", 4, "tensor a?b?c");
    assertHeader("{'a\u2028b':1}", 4, "a b is 1");
    assertHeader(
        "{'a\\nb" + "x".repeat(1000) + "':{" + F32 + "'data_offsets':[0,4]}}", 4, "tensor a?bx");
  }

  @Test
  void filesBeyondTwoGigabytesAreMapped() throws IOException {
    long large = 2_300_000_000L;
    String header =
        "{'large':{'dtype':'U8','shape':[23,100000000],'data_offsets':[0,2300000000]},"
            + "'last':{"
            + F32
            + "'data_offsets':[2300000000,2300000008]}}";
    Path path = safetensors("sparse", header, 0);
    long start = Files.size(path);
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(start + large + 8);
      sparse.seek(start + large - 1);
      sparse.write(7);
      sparse.writeInt(Integer.reverseBytes(Float.floatToIntBits(1.5f)));
      sparse.writeInt(Integer.reverseBytes(Float.floatToIntBits(-2.5f)));
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    try (Tensor last = file.load("last");
        Tensor all = file.load("large");
        Tensor row = all.narrow(0, 22, 1);
        Tensor end = row.narrow(1, 99_999_998, 2)) {
      assertArrayEquals(new float[] {1.5f, -2.5f}, last.toFloats());
      assertArrayEquals(new long[] {0, 7}, end.toLongs());
    }
  }

  @Test
  void everyTruncationIsAnError() throws IOException {
    byte[] whole = small();
    for (int length = 0; length < whole.length; length++) {
      assertFalse(readsOrFails(write("cut", Arrays.copyOf(whole, length))), "cut to " + length);
    }
    assertTrue(readsOrFails(write("whole", whole)));
  }

  @Test
  void damagedHeadersNeverDoMoreThanFail() throws IOException {
    byte[] whole = small();
    int header =
        Math.toIntExact(8 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong());
    Random random = new Random(5);
    int failed = 0;
    for (int i = 0; i < 3000; i++) {
      failed += readsOrFails(write("mutated", mutated(whole, header, random))) ? 0 : 1;
    }
    assertTrue(failed > 1000 && failed < 3000, failed + " failed");
  }

  private byte[] small() throws IOException {
    Path path =
        safetensors(
            "small",
            "{'a.weight':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]},"
                + "'b':{'dtype':'BF16','shape':[4],'data_offsets':[24,32]},"
                + "'c':{'dtype':'I64','shape':[1],'data_offsets':[32,40]},"
                + "'d':{'dtype':'BOOL','shape':[3],'data_offsets':[40,43]}}",
            43);
    return Files.readAllBytes(path);
  }

  private void assertHeader(String header, int dataBytes, String... parts) {
    Path file = safetensors("bad", header, dataBytes);
    assertInvalid(() -> SafetensorsFile.open(file), parts);
  }

  private void assertFile(byte[] bytes, String... parts) {
    Path file = write("bad", bytes);
    assertInvalid(() -> SafetensorsFile.open(file), parts);
  }

  private static byte[] length(long headerLength, int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putLong(headerLength).array();
  }
}
