package io.vlm4j.retrieval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.LeakCheck;
import io.vlm4j.image.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The graph against the matrix product, on random vectors without any structure: the hard case. */
@ExtendWith(LeakCheck.class)
class GraphIndexTest {
  private static final int QUERIES = 50;
  private static final int TOP = 10;

  private final Random random = new Random(3);
  @TempDir Path folder;

  /** 1,152 is the width of SigLIP, beyond Lucene's own limit. */
  @ParameterizedTest
  @CsvSource({"4000, 32, 0.95", "1000, 1152, 0.8"})
  void mostOfTheNearestAreFound(int images, int size, double recall) throws IOException {
    IndexFiles files = new IndexFiles(folder);
    IndexContent content = fill(files, size, images);
    GraphIndex.update(files, content);
    double found = recall(files, content);
    assertTrue(found >= recall, "recall at " + TOP + ": " + found);
  }

  @Test
  void whatIsGoneIsNotFoundAndWhatIsNewIs() throws IOException {
    IndexFiles files = new IndexFiles(folder);
    GraphIndex.update(files, fill(files, 16, 600));
    try (IndexWriter writer = IndexWriter.open(files, read(files))) {
      List<IndexEntry> changes = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        changes.add(IndexEntry.removed(file(i)));
      }
      for (int i = 600; i < 900; i++) {
        changes.add(writer.write(file(i), "hash" + i, unit(16)));
      }
      writer.commit(changes);
    }
    GraphIndex.update(files, read(files));
    assertTrue(recall(files, read(files)) >= 0.95);
  }

  @Test
  void whatCountsMovesToTheNextGeneration() throws IOException {
    IndexFiles files = new IndexFiles(folder);
    IndexContent content = fill(files, 8, 40);
    float[] query = unit(8);
    try (IndexWriter writer = IndexWriter.open(files, content)) {
      writer.commit(List.of(IndexEntry.removed(file(0)), IndexEntry.unreadable(file(1), "text")));
    }
    List<String> before = hits(files, read(files), query);
    IndexContent next = IndexWriter.compact(files, read(files));
    assertEquals(2, next.generation());
    assertEquals(38, next.rows());
    assertEquals(39, next.lines());
    assertEquals(before, hits(files, next, query));
    assertTrue(Files.notExists(files.vectors(1)));
  }

  private double recall(IndexFiles files, IndexContent content) {
    int found = 0;
    try (Searchable exact = Searchable.open(files, content, false);
        Searchable graph = Searchable.open(files, content, true)) {
      for (int i = 0; i < QUERIES; i++) {
        ImageTextEmbedding query = new ImageTextEmbedding(unit(content.header().size()), 1);
        Set<String> nearest = new HashSet<>(names(graph.search(query, TOP)));
        assertEquals(TOP, nearest.size());
        nearest.retainAll(names(exact.search(query, TOP)));
        found += nearest.size();
      }
    }
    return found / (double) (QUERIES * TOP);
  }

  private static List<String> hits(IndexFiles files, IndexContent content, float... query) {
    try (Searchable exact = Searchable.open(files, content, false)) {
      return names(exact.search(new ImageTextEmbedding(query, 1), 20));
    }
  }

  private static List<String> names(List<Hit> hits) {
    return hits.stream().map(Hit::image).toList();
  }

  private IndexContent fill(IndexFiles files, int size, int images) throws IOException {
    IndexWriter.create(files, new IndexHeader("random", 1, size, new float[0], new float[0]), 1);
    try (IndexWriter writer = IndexWriter.open(files, read(files))) {
      List<IndexEntry> entries = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        entries.add(writer.write(file(i), "hash" + i, unit(size)));
      }
      writer.commit(entries);
    }
    return read(files);
  }

  private static IndexContent read(IndexFiles files) {
    return IndexContent.read(files).orElseThrow();
  }

  private static ImageFile file(int number) {
    return new ImageFile(number + ".jpg", number, number);
  }

  private float[] unit(int size) {
    float[] vector = new float[size];
    double squares = 0;
    for (int i = 0; i < size; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < size; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
