package io.vlm4j.retrieval;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's graph of vectors, also for those longer than 1,024 numbers (SigLIP has 1,152). Found by
 * Lucene by its name.
 */
public final class WideHnswFormat extends KnnVectorsFormat {
  private static final int MAX_DIMENSIONS = 8192;

  /** Neighbours of a vector, and candidates for them while the graph grows. */
  private static final int NEIGHBOURS = 16;

  private static final int CANDIDATES = 100;

  private final KnnVectorsFormat lucene = new Lucene99HnswVectorsFormat(NEIGHBOURS, CANDIDATES);

  /** For Lucene. */
  public WideHnswFormat() {
    super("Vlm4jWideHnsw");
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return lucene.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return lucene.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }
}
