package io.vlm4j.retrieval;

import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.error.InvalidIndexException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/** An index as it is searched: the embeddings, the graph if it is large, and the names of rows. */
final class Searchable implements AutoCloseable {
  private final IndexFiles files;
  private final IndexContent content;
  private final ExactIndex exact;
  private final Optional<GraphIndex> graph;
  private final Map<Integer, List<String>> names = new HashMap<>();
  private final int size;

  private record Scored(int row, float score) {}

  private Searchable(
      IndexFiles files, IndexContent content, ExactIndex exact, Optional<GraphIndex> graph) {
    this.files = files;
    this.content = content;
    this.exact = exact;
    this.graph = graph;
    List<IndexEntry> images = content.images();
    images.forEach(
        entry ->
            names.computeIfAbsent(entry.row(), row -> new ArrayList<>(1)).add(entry.file().name()));
    this.size = images.size();
  }

  /** Maps an index. */
  static Searchable open(IndexFiles files, IndexContent content, boolean byGraph) {
    ExactIndex exact =
        ExactIndex.open(content.header(), content.rows(), files.vectors(content.generation()));
    try {
      Optional<GraphIndex> graph = byGraph ? GraphIndex.open(files, content) : Optional.empty();
      Searchable searchable = new Searchable(files, content, exact, graph);
      searchable.search(
          new ImageTextEmbedding(new float[content.header().size()], 1), 1); // maps it
      return searchable;
    } catch (RuntimeException e) {
      exact.close();
      throw e;
    }
  }

  int size() {
    return size;
  }

  /** The nearest images, the best first. */
  List<Hit> search(ImageTextEmbedding query, int top) {
    int length = content.header().size();
    if (query.size() != length) {
      throw new InvalidIndexException(
          "the query has %d numbers and the embeddings in the index %s have %d; ask the model that made it"
              .formatted(query.size(), files.folder(), length));
    }
    float[] vectors = IndexHeader.flat(query);
    List<Scored> best =
        graph
            .map(found -> best(found.near(length, top, vectors), vectors, top))
            .orElseGet(() -> best(exact.scores(vectors), null, top));
    List<Hit> hits = new ArrayList<>();
    for (Scored scored : best) {
      names.get(scored.row).forEach(name -> hits.add(new Hit(name, scored.score)));
    }
    return hits.size() > top ? List.copyOf(hits.subList(0, top)) : List.copyOf(hits);
  }

  private List<Scored> best(int[] rows, float[] query, int top) {
    return best(exact.scoresOf(rows, query), rows, top);
  }

  /**
   * The best rows that belong to an image.
   *
   * @param rows which rows the scores are of; null for all, in order
   */
  private List<Scored> best(float[] scores, int[] rows, int top) {
    Comparator<Scored> order =
        Comparator.comparingDouble(Scored::score)
            .thenComparing(Comparator.comparingInt(Scored::row).reversed());
    PriorityQueue<Scored> heap = new PriorityQueue<>(order);
    for (int i = 0; i < scores.length; i++) {
      int row = rows == null ? i : rows[i];
      boolean counts = heap.size() < top || scores[i] > heap.element().score;
      if (counts && names.containsKey(row)) {
        heap.add(new Scored(row, scores[i]));
        if (heap.size() > top) {
          heap.remove();
        }
      }
    }
    return heap.stream().sorted(order.reversed()).toList();
  }

  @Override
  public void close() {
    exact.close();
    graph.ifPresent(GraphIndex::close);
  }
}
