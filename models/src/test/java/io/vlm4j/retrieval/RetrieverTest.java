package io.vlm4j.retrieval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.LeakCheck;
import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidIndexException;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import io.vlm4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class RetrieverTest {
  private static final String QUERY = "a dog in the snow";
  private static final RetrievalOptions OPTIONS = RetrievalOptions.DEFAULT.withBatch(2);
  private static CountingEncoder clip;

  @TempDir Path temporary;
  private Path photos;
  private Path index;

  @BeforeAll
  static void load() {
    clip = new CountingEncoder(model("clip/vit_gelu"));
  }

  @AfterAll
  static void unload() {
    clip.close();
  }

  @BeforeEach
  void copy() {
    photos = temporary.resolve("photos");
    index = temporary.resolve("index");
    TinyModels.copy(TestData.path("images/golden"), photos.resolve("inner"));
    clip.failAfter(Integer.MAX_VALUE);
  }

  @Test
  void hitsAreTheNearestImagesTheBestFirst() throws IOException {
    try (Retriever retriever = open(clip)) {
      assertEquals(List.of(), retriever.search(QUERY, 3));
      retriever.update(IndexListener.NONE);
      int all = images().size();
      assertEquals(all, retriever.size());
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, all + 5));
      assertHits(bruteForce(clip, clip.embed(QUERY)).subList(0, 3), retriever.search(QUERY, 3));
      Path photo = photos.resolve("inner/photo.jpg");
      Hit same = retriever.search(Image.read(photo), 1).get(0);
      assertEquals("inner/photo.jpg", same.image());
      assertEquals(1, same.score(), 1e-5);
    }
  }

  @Test
  void onlyWhatChangedIsEmbedded() throws IOException {
    int all = images().size();
    try (Retriever retriever = open(clip)) {
      assertEquals(new IndexUpdate(all, 0, 0, 0, 0, 0), retriever.update(IndexListener.NONE));
      assertEquals(all, clip.takeCount());
      assertEquals(new IndexUpdate(0, 0, 0, all, 0, 0), retriever.update(IndexListener.NONE));
      Files.delete(photos.resolve("inner/noise.png"));
      Files.copy(TestData.path("images/rgb.png"), photos.resolve("new.png"));
      retriever.update(IndexListener.NONE);
      assertEquals(1, clip.takeCount());
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, 99));
    }
    Files.copy(
        TestData.path("images/gray.png"),
        photos.resolve("new.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (Retriever again = open(clip)) {
      assertEquals(new IndexUpdate(1, 0, 0, all - 1, 0, 0), again.update(IndexListener.NONE));
      assertHits(bruteForce(clip, clip.embed(QUERY)), again.search(QUERY, 99));
    }
  }

  @Test
  void aContentThatIsKnownIsNotEmbeddedAgain() throws IOException {
    int all = images().size();
    try (Retriever retriever = open(clip)) {
      retriever.update(IndexListener.NONE);
      clip.takeCount();
      Files.move(photos.resolve("inner/photo.jpg"), photos.resolve("moved.jpg"));
      Files.copy(photos.resolve("inner/small.png"), photos.resolve("copy.png"));
      Files.setLastModifiedTime(photos.resolve("inner/gray.png"), FileTime.fromMillis(5));
      assertEquals(new IndexUpdate(0, 3, 1, all - 2, 0, 0), retriever.update(IndexListener.NONE));
      assertEquals(0, clip.takeCount());
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, 99));
      assertEquals(all + 1, retriever.size());
    }
  }

  @Test
  void aFileThatIsNoImageIsNamedOnceAndLeftOut() throws IOException {
    Files.writeString(photos.resolve("text\tand\nlines.jpg"), "no picture");
    Files.writeString(photos.resolve("notes.txt"), "nor meant to be one");
    List<String> heard = new ArrayList<>();
    IndexListener listener =
        new IndexListener() {
          @Override
          public void unreadable(String name, String reason) {
            heard.add(name);
          }
        };
    try (Retriever retriever = open(clip)) {
      assertEquals(1, retriever.update(listener).unreadable());
      assertEquals(1, retriever.update(listener).unreadable());
      assertEquals(List.of("text\tand\nlines.jpg"), heard);
      assertEquals(images().size(), retriever.size());
    }
  }

  @Test
  void aKilledUpdateGoesOnWhereItStopped() throws IOException {
    int all = images().size();
    try (Retriever retriever = open(clip)) {
      clip.failAfter(5);
      assertThrows(IllegalStateException.class, () -> retriever.update(IndexListener.NONE));
    }
    clip.failAfter(Integer.MAX_VALUE);
    try (Retriever again = open(clip)) {
      assertEquals(4, again.size());
      assertEquals(new IndexUpdate(all - 4, 0, 0, 4, 0, 0), again.update(IndexListener.NONE));
      assertHits(bruteForce(clip, clip.embed(QUERY)), again.search(QUERY, 99));
    }
  }

  /** A process may be killed between any two bytes that it writes. */
  @Test
  void aLogThatIsCutOffAnywhereIsMadeWhole() throws IOException {
    List<Hit> expected = bruteForce(clip, clip.embed(QUERY));
    create();
    Path log = index.resolve("images-1.log");
    byte[] whole = Files.readAllBytes(log);
    int header = new String(whole, java.nio.charset.StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int length = header; length < whole.length; length += 37) {
      Files.write(log, Arrays.copyOf(whole, length));
      try (Retriever retriever = open(clip)) {
        retriever.update(IndexListener.NONE);
        assertHits(expected, retriever.search(QUERY, 99));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"images-1.log", "vectors-1.bin"})
  void aDamagedByteCostsOneImage(String file) throws IOException {
    List<Hit> expected = bruteForce(clip, clip.embed(QUERY));
    create();
    Path damaged = index.resolve(file);
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 150] ^= 4;
    Files.write(damaged, bytes);
    try (Retriever retriever = open(clip)) {
      assertEquals(expected.size() - 1, retriever.size());
      assertEquals(
          new IndexUpdate(1, 0, 0, expected.size() - 1, 0, 1),
          retriever.update(IndexListener.NONE));
      assertHits(expected, retriever.search(QUERY, 99));
      assertEquals(0, retriever.update(IndexListener.NONE).damaged());
    }
    assertTrue(Files.notExists(damaged), "stale files are deleted");
  }

  @Test
  void vectorsThatAreCutOffAreMadeAnew() throws IOException {
    create();
    Path vectors = index.resolve("vectors-1.bin");
    Files.write(vectors, Arrays.copyOf(Files.readAllBytes(vectors), 100));
    try (Retriever retriever = open(clip)) {
      assertEquals(1, retriever.size());
      retriever.update(IndexListener.NONE);
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, 99));
    }
  }

  @Test
  void anIndexWithoutItsBeginningOrItsVectorsIsAnError() throws IOException {
    create();
    Files.delete(index.resolve("vectors-1.bin"));
    assertRefused(clip, "vectors-1.bin");
    Files.writeString(index.resolve("images-1.log"), "a shopping list\n");
    assertRefused(clip, "damaged");
    Files.writeString(index.resolve("images-1.log"), "");
    assertRefused(clip, "damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"clip/vit_quick_gelu", "siglip/image_text"})
  void anotherModelIsRefused(String other) throws IOException {
    create();
    try (DualEncoder model = model(other)) {
      assertRefused(model, "tiny");
    }
  }

  /** The weights are others although all shapes and files are the same. */
  @Test
  void oneTensorMakesAnotherModel() throws IOException {
    create();
    Path tuned =
        TinyModels.edited(
            TestData.path("clip/vit_gelu"),
            temporary.resolve("tuned"),
            tensors ->
                tensors.computeIfPresent(
                    "text_projection.weight",
                    (name, weight) ->
                        weight.add(weight.transpose(0, 1).contiguous().view(weight.shape()))));
    try (DualEncoder model = DualEncoder.load(tuned, LoadOptions.FP32)) {
      assertRefused(model, "tiny");
    }
  }

  @Test
  void aZipFileIsSearchedLikeAFolder() throws IOException {
    Path zip = temporary.resolve("photos.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Path image : images()) {
        out.putNextEntry(new ZipEntry(name(image)));
        out.write(Files.readAllBytes(image));
      }
    }
    try (Retriever retriever = Retriever.open(clip, "tiny", zip)) {
      retriever.update(IndexListener.NONE);
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, 99));
    }
    assertTrue(Files.isDirectory(temporary.resolve("photos.zip.vlm4j-index")));
    Files.writeString(zip, "no zip");
    try (Retriever retriever = Retriever.open(clip, "tiny", zip)) {
      assertThrows(InvalidImageException.class, () -> retriever.update(IndexListener.NONE));
    }
  }

  @Test
  void severalMayUpdateOneIndexAtOnce() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<IndexUpdate> updates = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 3; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (Retriever retriever = open(clip)) {
                  updates.add(retriever.update(IndexListener.NONE));
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(3, updates.size());
    assertEquals(images().size(), updates.stream().mapToInt(IndexUpdate::embedded).sum());
    try (Retriever retriever = open(clip)) {
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, 99));
    }
  }

  @Test
  void imagesOfSeveralVectorsAreAsNearAsTheNearestOfThem() throws IOException {
    try (DualEncoder model = model("blip2/retrieval")) {
      for (RetrievalOptions options : List.of(OPTIONS, OPTIONS.approximate())) {
        try (Retriever retriever = Retriever.open(model, "tiny", photos, index, options)) {
          retriever.update(IndexListener.NONE);
          assertHits(bruteForce(model, model.embed(QUERY)), retriever.search(QUERY, 99));
          Image photo = Image.read(photos.resolve("inner/photo.jpg"));
          assertHits(bruteForce(model, model.embed(photo)), retriever.search(photo, 99));
        }
      }
    }
  }

  @Test
  void theGraphFindsTheSameAndFollowsChanges() throws IOException {
    RetrievalOptions byGraph = OPTIONS.approximate();
    create();
    try (Retriever retriever = Retriever.open(clip, "tiny", photos, index, byGraph)) {
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, 99));
      retriever.update(IndexListener.NONE);
      assertTrue(Files.isDirectory(index.resolve("graph-1")));
      Files.delete(photos.resolve("inner/noise.png"));
      Files.copy(TestData.path("images/rgb.png"), photos.resolve("new.png"));
      retriever.update(IndexListener.NONE);
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, 99));
    }
    try (Stream<Path> files = Files.list(index.resolve("graph-1"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".cfs")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
    try (Retriever retriever = Retriever.open(clip, "tiny", photos, index, byGraph)) {
      retriever.update(IndexListener.NONE);
      assertHits(bruteForce(clip, clip.embed(QUERY)), retriever.search(QUERY, 99));
    }
  }

  @Test
  void emptyQueriesAndFoldersAndDamagedWeights() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    try (Retriever retriever = Retriever.open(clip, "tiny", empty)) {
      retriever.update(IndexListener.NONE);
      assertEquals(List.of(), retriever.search(QUERY, 3));
      assertThrows(InvalidPromptException.class, () -> retriever.search(" ", 3));
      assertThrows(InvalidOptionException.class, () -> retriever.search(QUERY, 0));
    }
    Path nowhere = temporary.resolve("nowhere");
    try (Retriever retriever = Retriever.open(clip, "tiny", nowhere, index, OPTIONS)) {
      assertThrows(InvalidImageException.class, () -> retriever.update(IndexListener.NONE));
    }
    Path damaged =
        TinyModels.edited(
            TestData.path("clip/vit_gelu"),
            temporary.resolve("damaged"),
            tensors -> tensors.computeIfPresent("visual_projection.weight", RetrieverTest::nan));
    try (DualEncoder model = DualEncoder.load(damaged, LoadOptions.FP32)) {
      assertThrows(InvalidModelException.class, () -> open(model));
    }
  }

  private static Tensor nan(String name, Tensor weight) {
    return weight.mul(Double.NaN);
  }

  private static DualEncoder model(String checkpoint) {
    return DualEncoder.load(TestData.path(checkpoint), LoadOptions.FP32);
  }

  private Retriever open(DualEncoder model) {
    return Retriever.open(model, "tiny", photos, index, OPTIONS);
  }

  private void create() {
    try (Retriever retriever = open(clip)) {
      retriever.update(IndexListener.NONE);
    }
  }

  private void assertRefused(DualEncoder model, String word) {
    String message =
        assertThrows(InvalidIndexException.class, () -> open(model).close()).getMessage();
    assertTrue(message.contains(word) && message.contains("index"), message);
  }

  private List<Path> images() throws IOException {
    try (Stream<Path> files = Files.walk(photos)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(png|jpg)") && !isText(file))
          .toList();
    }
  }

  private static boolean isText(Path file) {
    return file.getFileName().toString().startsWith("text");
  }

  private String name(Path image) {
    return photos.relativize(image).toString();
  }

  private List<Hit> bruteForce(DualEncoder model, ImageTextEmbedding query) throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (Path image : images()) {
      hits.add(new Hit(name(image), model.embed(Image.read(image)).similarity(query)));
    }
    hits.sort(Comparator.comparingDouble(Hit::score).reversed().thenComparing(Hit::image));
    return hits;
  }

  /** Images of the same content come in any order. */
  private static void assertHits(List<Hit> expected, List<Hit> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      Hit hit = actual.get(i);
      assertEquals(expected.get(i).score(), hit.score(), 1e-4);
      double wanted =
          expected.stream()
              .filter(each -> each.image().equals(hit.image()))
              .findFirst()
              .orElseThrow()
              .score();
      assertEquals(wanted, hit.score(), 1e-4, hit.image());
    }
    assertEquals(expected.size(), actual.stream().map(Hit::image).distinct().count());
  }
}
