package io.vlm4j.retrieval;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.error.InvalidIndexException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Finds images of a folder, or of a zip file, by texts and by other images. What the model made of
 * the images is kept in an index on disk; {@link #update} embeds only images that are new or
 * changed, and goes on where a killed process stopped. Several processes may use one index.
 * Thread-safe, as long as the model is open; {@link #close()} unmaps the index.
 *
 * <pre>{@code
 * try (DualEncoder clip = DualEncoder.load(folder);
 *     Retriever retriever = Retriever.open(clip, "clip-vit-base-patch32", photos)) {
 *   retriever.update(IndexListener.NONE);
 *   List<Hit> hits = retriever.search("a dog in the snow", 10);
 * }
 * }</pre>
 */
public final class Retriever implements AutoCloseable {
  private final DualEncoder encoder;
  private final IndexHeader asking;
  private final Path images;
  private final IndexFiles files;
  private final RetrievalOptions options;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private Optional<Searchable> searchable = Optional.empty();

  private Retriever(
      DualEncoder encoder, String model, Path images, IndexFiles files, RetrievalOptions options) {
    this.encoder = encoder;
    this.asking = IndexHeader.of(encoder, model);
    this.images = images;
    this.files = files;
    this.options = options;
  }

  /** As {@link #open(DualEncoder, String, Path, Path, RetrievalOptions)}, with the index there. */
  public static Retriever open(DualEncoder encoder, String model, Path images) {
    return open(encoder, model, images, defaultIndex(images), RetrievalOptions.DEFAULT);
  }

  /**
   * Opens an index if there is one; {@link #update} makes it and brings it up to date.
   *
   * @param encoder another's to close
   * @param model what the index calls the model
   * @param images a folder, with the folders in it, or a zip file
   * @param index the index's folder
   * @throws InvalidIndexException if it was made with another model, or is not readable
   */
  public static Retriever open(
      DualEncoder encoder, String model, Path images, Path index, RetrievalOptions options) {
    Retriever retriever = new Retriever(encoder, model, images, new IndexFiles(index), options);
    IndexContent.read(retriever.files)
        .ifPresent(
            content -> {
              retriever.requireSameModel(content);
              retriever.show(content);
            });
    return retriever;
  }

  /** Where an index lies if nobody says where: in the folder, or beside the zip file. */
  public static Path defaultIndex(Path images) {
    String name = ".vlm4j-index";
    return Files.isDirectory(images)
        ? images.resolve(name)
        : images.resolveSibling(images.getFileName() + name);
  }

  /** Number of images that can be found; those of the same content count each. */
  public int size() {
    return reading(() -> searchable.map(Searchable::size).orElse(0));
  }

  /**
   * Brings the index up to date with the images: new and changed ones are embedded, those that are
   * gone are left out, and so are files that cannot be decoded. While another process or thread
   * does the same, this one waits.
   *
   * @throws io.vlm4j.error.InvalidImageException if the folder or zip file cannot be read
   * @throws InvalidIndexException if the index was made with another model, is damaged at its
   *     beginning, or cannot be written
   * @throws io.vlm4j.error.InvalidModelException if embeddings are not numbers
   */
  public IndexUpdate update(IndexListener listener) {
    try (ImageSource collection = ImageSource.open(images);
        IndexLock exclusive = IndexLock.acquire(files)) {
      IndexContent before = readOrCreate();
      requireSameModel(before);
      IndexContent whole = before.isStale() ? IndexWriter.compact(files, before) : before;
      IndexUpdate update =
          IndexUpdater.run(encoder, collection, files, whole, options.batch(), listener);
      IndexContent after = IndexContent.read(files).orElseThrow();
      if (isLarge(after)) {
        GraphIndex.update(files, after);
      }
      show(after);
      return update.withDamaged(before.damaged());
    } catch (IOException e) {
      throw IndexWriter.unwritable(files, e);
    }
  }

  /**
   * The images nearest to a text, the best first.
   *
   * @throws InvalidPromptException if the text is blank
   */
  public List<Hit> search(String text, int top) {
    if (text.isBlank()) {
      throw new InvalidPromptException(
          "the query is empty; say what to look for, for example 'a dog in the snow'");
    }
    return search(encoder.embed(text), top);
  }

  /** The images nearest to an image, the best first. */
  public List<Hit> search(Image image, int top) {
    return search(encoder.embed(image), top);
  }

  /**
   * The images nearest to an embedding of the same model, the best first.
   *
   * @throws InvalidOptionException if {@code top} is below 1
   */
  public List<Hit> search(ImageTextEmbedding query, int top) {
    if (top < 1) {
      throw new InvalidOptionException("top is " + top + "; expected 1 or more");
    }
    return reading(() -> searchable.map(index -> index.search(query, top)).orElse(List.of()));
  }

  @Override
  public void close() {
    show(null);
  }

  private IndexContent readOrCreate() {
    return IndexContent.read(files)
        .orElseGet(
            () -> {
              IndexWriter.create(files, asking, 1);
              return IndexContent.read(files).orElseThrow();
            });
  }

  private void requireSameModel(IndexContent content) {
    content.header().requireSame(asking, files.folder());
  }

  private boolean isLarge(IndexContent content) {
    return (long) content.rows() * content.header().count() > options.exactLimit();
  }

  /** From now on searches see this; null closes what is open. */
  private void show(IndexContent content) {
    Optional<Searchable> next =
        Optional.ofNullable(content).map(shown -> Searchable.open(files, shown, isLarge(shown)));
    lock.writeLock().lock();
    try {
      searchable.ifPresent(Searchable::close);
      searchable = next;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private <T> T reading(Supplier<T> action) {
    lock.readLock().lock();
    try {
      return action.get();
    } finally {
      lock.readLock().unlock();
    }
  }
}
