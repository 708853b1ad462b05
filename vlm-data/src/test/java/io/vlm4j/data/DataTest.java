package io.vlm4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataTest {
  private static final Path PHOTOS = TestData.path("images/golden");

  @TempDir Path temporary;

  @Test
  void imagesOfAFolderAndOfAZipFileAreTheSame() throws IOException {
    Path zip = temporary.resolve("photos.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("small.png"));
      out.write(Files.readAllBytes(PHOTOS.resolve("small.png")));
    }
    Image small = Image.read(PHOTOS.resolve("small.png"));
    for (Path path : List.of(PHOTOS, zip)) {
      try (ImageSource source = ImageSource.open(path)) {
        assertEquals(small, source.read("small.png"));
        String message =
            assertThrows(InvalidImageException.class, () -> source.read("large.png")).getMessage();
        assertEquals(path + " has no image large.png", message);
        source.requireAll(List.of("small.png"));
        List<String> names = List.of("small.png", "large.png", "wide.png", "large.png");
        String missing =
            assertThrows(InvalidImageException.class, () -> source.requireAll(names)).getMessage();
        assertEquals(path + " lacks 2 images, the first is large.png", missing);
      }
    }
  }

  @Test
  void badSourcesAreErrors() {
    Path text = TinyModels.write(temporary.resolve("a.zip"), "not a zip file");
    assertThrows(InvalidImageException.class, () -> ImageSource.open(text));
    assertThrows(InvalidImageException.class, () -> ImageSource.open(temporary.resolve("none")));
    try (ImageSource source = ImageSource.open(temporary)) {
      assertThrows(InvalidImageException.class, () -> source.read("../escape.png"));
      assertThrows(InvalidImageException.class, () -> source.read("a.zip"));
    }
  }

  @Test
  void captionsComeInTheOrderOfTheFile() {
    Path tsv =
        TinyModels.write(
            temporary.resolve("c.tsv"),
            "b.jpg\tone\n\na.jpg#0\t two \nb.jpg\tthree\tfour\na.jpg#1\t\n");
    Map<String, List<String>> captions = CaptionFiles.references(tsv);
    assertEquals(List.of("b.jpg", "a.jpg"), List.copyOf(captions.keySet()));
    assertEquals(List.of("one", "three\tfour"), captions.get("b.jpg"));
    assertEquals(List.of("two", ""), captions.get("a.jpg"));
  }

  @Test
  void candidatesAreLinesOfTextOrJson() {
    Path file =
        TinyModels.write(
            temporary.resolve("c"),
            "a.jpg\ta cat\n{\"image\": \"photos/b.jpg\", \"caption\": \" a dog \", \"tokens\": 3}\n");
    assertEquals(Map.of("a.jpg", "a cat", "b.jpg", "a dog"), CaptionFiles.candidates(file));
  }

  @Test
  void badCaptionFilesAreErrors() {
    fails("a.jpg a cat\n", "line 1");
    fails("a.jpg\tx\n{\"image\": 1}\n", "line 2");
    fails("a.jpg\tx\na.jpg\ty\n", "second caption of a.jpg");
    Path empty = TinyModels.write(temporary.resolve("empty"), "\n");
    assertThrows(InvalidDataException.class, () -> CaptionFiles.references(empty));
    Path none = temporary.resolve("none");
    assertThrows(InvalidDataException.class, () -> CaptionFiles.references(none));
  }

  @Test
  void samples() {
    List<Integer> all = IntStream.range(0, 10).boxed().toList();
    assertEquals(all, Sample.ALL.of(all));
    assertEquals(List.of(0, 4, 8), new Sample(4, 5).of(all));
    assertEquals(List.of(0, 4), new Sample(4, 2).of(all));
    assertThrows(InvalidOptionException.class, () -> new Sample(0, 1));
    List<Integer> deranged = Sample.deranged(all);
    assertEquals(new HashSet<>(all), new HashSet<>(deranged));
    for (int i = 0; i < 10; i++) {
      assertFalse(deranged.get(i) == i);
    }
    assertEquals(deranged, Sample.deranged(all));
    assertThrows(InvalidDataException.class, () -> Sample.deranged(List.of(1)));
  }

  private void fails(String content, String words) {
    Path file = TinyModels.write(temporary.resolve("bad"), content);
    String message =
        assertThrows(InvalidDataException.class, () -> CaptionFiles.candidates(file)).getMessage();
    assertTrue(message.contains(words), message);
  }
}
