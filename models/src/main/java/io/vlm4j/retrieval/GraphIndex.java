package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidIndexException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * Leads from a query to rows near it without looking at all of them: a graph of small worlds
 * (HNSW), kept by Lucene. It only names rows; their scores are computed from the embeddings.
 */
final class GraphIndex implements AutoCloseable {
  private static final String VECTOR = "vector";
  private static final String ROW = "row";

  /** In what Lucene commits: rows below it are in the graph, or stale. */
  private static final String COVERED = "rows";

  private static final double BUFFER_MEGABYTES = 128;

  /** Candidates of a search; more are seldom missed, and cost little. */
  private static final int LEAST_CANDIDATES = 100;

  private final Directory directory;
  private final DirectoryReader reader;

  /** Opens what Lucene committed there, and closes the directory if that is damaged. */
  private GraphIndex(Directory directory) throws IOException {
    this.directory = directory;
    DirectoryReader opened = null;
    try {
      opened = DirectoryReader.open(directory);
      // Lucene compares most checksums only when it is asked to.
      for (LeafReaderContext leaf : opened.leaves()) {
        leaf.reader().checkIntegrity();
      }
      this.reader = opened;
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(opened, directory);
      throw e;
    }
  }

  /**
   * Brings the graph up to date, or makes it anew if it is damaged. Whoever calls holds the {@link
   * IndexLock}.
   */
  static void update(IndexFiles files, IndexContent content) {
    Path folder = files.graph(content.generation());
    try {
      try {
        grow(folder, files, content);
      } catch (IOException | RuntimeException e) {
        IndexFiles.delete(folder);
        grow(folder, files, content);
      }
    } catch (IOException e) {
      throw IndexWriter.unwritable(files, e);
    }
  }

  private static void grow(Path folder, IndexFiles files, IndexContent content) throws IOException {
    try (Directory directory = FSDirectory.open(folder)) {
      if (DirectoryReader.indexExists(directory)) {
        new GraphIndex(FSDirectory.open(folder)).close(); // it is whole
      }
      try (org.apache.lucene.index.IndexWriter writer =
          new org.apache.lucene.index.IndexWriter(directory, configuration())) {
        int covered = covered(writer.getLiveCommitData());
        boolean[] live = live(content);
        int[] stale = staleBelow(Math.min(covered, live.length), live);
        if (stale.length > 0) {
          writer.deleteDocuments(IntPoint.newSetQuery(ROW, stale));
        }
        try (VectorFile vectors =
            VectorFile.open(files.vectors(content.generation()), content.header().rowLength())) {
          add(writer, content, vectors, covered);
        }
        writer.setLiveCommitData(Map.of(COVERED, Integer.toString(content.rows())).entrySet());
        writer.commit();
      }
    }
  }

  private static void add(
      org.apache.lucene.index.IndexWriter writer,
      IndexContent content,
      VectorFile vectors,
      int covered)
      throws IOException {
    boolean[] done = new boolean[content.rows()];
    for (IndexEntry entry : content.images()) {
      int row = entry.row();
      if (row >= covered && !done[row]) {
        done[row] = true;
        float[] values = vectors.read(row, entry.rowChecksum());
        int size = content.header().size();
        for (int i = 0; i < values.length; i += size) {
          writer.addDocument(document(row, Arrays.copyOfRange(values, i, i + size)));
        }
      }
    }
  }

  private static Document document(int row, float... vector) {
    Document document = new Document();
    document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
    document.add(new IntPoint(ROW, row));
    document.add(new NumericDocValuesField(ROW, row));
    return document;
  }

  /** Opens a graph; none if there is none that is whole and knows all rows of an index. */
  static Optional<GraphIndex> open(IndexFiles files, IndexContent content) {
    Path folder = files.graph(content.generation());
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try {
      GraphIndex graph = new GraphIndex(FSDirectory.open(folder));
      if (graph.covered() >= content.rows()) {
        return Optional.of(graph);
      }
      graph.close();
    } catch (IOException | RuntimeException e) {
      // the next update makes it anew; until then all rows are compared
    }
    return Optional.empty();
  }

  /**
   * Rows near a query.
   *
   * @param query vectors one after the other, each of a length
   * @param count how many images are wanted; about as many rows come, or more
   */
  int[] near(int size, int count, float... query) {
    try {
      Set<Integer> rows = new LinkedHashSet<>();
      IndexSearcher searcher = new IndexSearcher(reader);
      int candidates =
          Math.min(Math.max(2 * count, LEAST_CANDIDATES), Math.max(1, reader.maxDoc()));
      for (int i = 0; i < query.length; i += size) {
        float[] vector = Arrays.copyOfRange(query, i, i + size);
        KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(VECTOR, vector, candidates);
        for (ScoreDoc found : searcher.search(nearest, candidates).scoreDocs) {
          rows.add(row(found.doc));
        }
      }
      return rows.stream().mapToInt(Integer::intValue).toArray();
    } catch (IOException e) {
      throw new InvalidIndexException("cannot search the graph: " + e.getMessage(), e);
    }
  }

  private int row(int document) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
    NumericDocValues rows = leaf.reader().getNumericDocValues(ROW);
    if (rows == null || !rows.advanceExact(document - leaf.docBase)) {
      throw new IOException("a vector of no row");
    }
    return Math.toIntExact(rows.longValue());
  }

  @Override
  public void close() {
    try {
      IOUtils.close(reader, directory);
    } catch (IOException e) {
      throw new InvalidIndexException("cannot close the graph: " + e.getMessage(), e);
    }
  }

  private int covered() throws IOException {
    return covered(reader.getIndexCommit().getUserData().entrySet());
  }

  private static IndexWriterConfig configuration() {
    return new IndexWriterConfig()
        .setRAMBufferSizeMB(BUFFER_MEGABYTES)
        .setCommitOnClose(false)
        .setCodec(
            new Lucene912Codec() {
              private final KnnVectorsFormat format = new WideHnswFormat();

              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
              }
            });
  }

  private static int covered(Iterable<Map.Entry<String, String>> committed) {
    if (committed != null) {
      for (Map.Entry<String, String> entry : committed) {
        if (entry.getKey().equals(COVERED)) {
          return Integer.parseInt(entry.getValue());
        }
      }
    }
    return 0;
  }

  private static boolean[] live(IndexContent content) {
    boolean[] live = new boolean[content.rows()];
    content.images().forEach(entry -> live[entry.row()] = true);
    return live;
  }

  private static int[] staleBelow(int end, boolean... live) {
    return java.util.stream.IntStream.range(0, end).filter(row -> !live[row]).toArray();
  }
}
