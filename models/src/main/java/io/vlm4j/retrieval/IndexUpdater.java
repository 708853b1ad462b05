package io.vlm4j.retrieval;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageFile;
import io.vlm4j.image.ImageSource;
import io.vlm4j.retrieval.ImageBatches.Read;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Brings an index up to date with a collection, a batch at a time. */
final class IndexUpdater {
  private final DualEncoder encoder;
  private final IndexWriter writer;
  private final IndexListener listener;
  private int embedded;
  private int reused;
  private int unreadable;

  private IndexUpdater(DualEncoder encoder, IndexWriter writer, IndexListener listener) {
    this.encoder = encoder;
    this.writer = writer;
    this.listener = listener;
  }

  /**
   * Adds what is new, and forgets what is gone.
   *
   * @param content the index, read under the lock that the caller holds
   */
  static IndexUpdate run(
      DualEncoder encoder,
      ImageSource collection,
      IndexFiles files,
      IndexContent content,
      int batch,
      IndexListener listener)
      throws IOException {
    List<ImageFile> present = collection.files();
    List<ImageFile> changed = present.stream().filter(file -> !isKnown(content, file)).toList();
    List<IndexEntry> removed = removed(content, present);
    listener.begin(changed.size());
    try (IndexWriter writer = IndexWriter.open(files, content)) {
      IndexUpdater updater = new IndexUpdater(encoder, writer, listener);
      if (!removed.isEmpty()) {
        writer.commit(removed);
      }
      if (!changed.isEmpty()) {
        updater.add(collection, changed, batch, content);
      }
      int kept = present.size() - changed.size();
      int unreadable = updater.unreadable + keptUnreadable(content, present);
      return new IndexUpdate(updater.embedded, updater.reused, removed.size(), kept, unreadable, 0);
    }
  }

  private static int keptUnreadable(IndexContent content, List<ImageFile> present) {
    return (int)
        present.stream()
            .filter(file -> isKnown(content, file))
            .filter(file -> !content.entries().get(file.name()).isImage())
            .count();
  }

  private static boolean isKnown(IndexContent content, ImageFile file) {
    IndexEntry entry = content.entries().get(file.name());
    return entry != null && entry.file().equals(file);
  }

  private static List<IndexEntry> removed(IndexContent content, List<ImageFile> present) {
    Set<String> names = present.stream().map(ImageFile::name).collect(Collectors.toSet());
    return content.entries().values().stream()
        .filter(entry -> !names.contains(entry.file().name()))
        .map(entry -> IndexEntry.removed(entry.file()))
        .toList();
  }

  private void add(ImageSource collection, List<ImageFile> changed, int batch, IndexContent content)
      throws IOException {
    Set<String> known = ConcurrentHashMap.newKeySet();
    content.images().forEach(entry -> known.add(entry.contentHash()));
    try (ImageBatches batches = new ImageBatches(collection, changed, batch, known::contains)) {
      for (List<Read> read = batches.next(); !read.isEmpty(); read = batches.next()) {
        writer.commit(embed(read));
        read.stream().filter(r -> r.image() != null).forEach(r -> known.add(r.contentHash()));
        listener.advance(read.size());
      }
    }
  }

  private List<IndexEntry> embed(List<Read> batch) throws IOException {
    List<Image> pictures = batch.stream().map(Read::image).filter(Objects::nonNull).toList();
    Iterator<ImageTextEmbedding> embeddings = encoder.embedImages(pictures).iterator();
    List<IndexEntry> entries = new ArrayList<>();
    for (Read read : batch) {
      if (read.image() != null) {
        entries.add(
            writer.write(read.file(), read.contentHash(), IndexHeader.flat(embeddings.next())));
        embedded++;
      } else if (read.error() != null) {
        listener.unreadable(read.file().name(), read.error());
        entries.add(IndexEntry.unreadable(read.file(), read.contentHash()));
        unreadable++;
      } else {
        IndexEntry same = writer.find(read.contentHash()).orElseThrow();
        entries.add(
            IndexEntry.image(read.file(), same.row(), same.rowChecksum(), same.contentHash()));
        reused++;
      }
    }
    return entries;
  }
}
