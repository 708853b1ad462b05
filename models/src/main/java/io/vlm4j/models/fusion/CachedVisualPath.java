package io.vlm4j.models.fusion;

import io.vlm4j.prompt.Media;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what became of images, by their pixels, within a number of bytes; those that were not asked
 * for longest are forgotten first. Any number of threads may use it.
 */
final class CachedVisualPath implements VisualPath {
  private final VisualPath path;
  private final long budget;
  private final Map<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * Remembers the results of a path.
   *
   * @param budget the most bytes of pixels and embeddings
   */
  CachedVisualPath(VisualPath path, long budget) {
    this.path = path;
    this.budget = budget;
  }

  @Override
  public List<ImageEmbeddings> embed(List<Media> media, String text) {
    if (media.isEmpty()) {
      return List.of();
    }
    String read = path.readsText() ? text : "";
    return path.orderMatters() ? embedInOrder(media, read) : embedEach(media, read);
  }

  /** Images that do not depend on their neighbours; those that are new are encoded together. */
  private List<ImageEmbeddings> embedEach(List<Media> media, String text) {
    Map<Media, ImageEmbeddings> found = new LinkedHashMap<>();
    List<Media> fresh = new ArrayList<>();
    for (Media one : media.stream().distinct().toList()) {
      List<ImageEmbeddings> known = recall(new Key(List.of(one), text));
      if (known.isEmpty()) {
        fresh.add(one);
      } else {
        found.put(one, known.get(0));
      }
    }
    List<ImageEmbeddings> encoded = path.embed(fresh, text);
    for (int i = 0; i < fresh.size(); i++) {
      remember(new Key(List.of(fresh.get(i)), text), List.of(encoded.get(i)));
      found.put(fresh.get(i), encoded.get(i));
    }
    return media.stream().map(found::get).toList();
  }

  /** Embeddings that depend on their place hold for the very same images alone. */
  private List<ImageEmbeddings> embedInOrder(List<Media> media, String text) {
    Key key = new Key(List.copyOf(media), text);
    List<ImageEmbeddings> known = recall(key);
    if (!known.isEmpty()) {
      return known;
    }
    List<ImageEmbeddings> encoded = path.embed(media, text);
    remember(key, encoded);
    return encoded;
  }

  /** Copies for the caller's scope, for what is kept may be forgotten at any time; or nothing. */
  private synchronized List<ImageEmbeddings> recall(Key key) {
    Kept entry = kept.get(key);
    return entry == null ? List.of() : copies(entry.images);
  }

  private synchronized void remember(Key key, List<ImageEmbeddings> images) {
    long size = key.bytes() + images.stream().mapToLong(ImageEmbeddings::bytes).sum();
    if (size > budget || kept.containsKey(key)) {
      return;
    }
    kept.put(key, TensorScope.owning(scope -> new Kept(copies(images), size, scope)));
    bytes += size;
    for (Iterator<Kept> oldest = kept.values().iterator(); bytes > budget; ) {
      Kept entry = oldest.next();
      oldest.remove();
      bytes -= entry.bytes;
      entry.scope.close();
    }
  }

  private static List<ImageEmbeddings> copies(List<ImageEmbeddings> images) {
    return images.stream()
        .map(image -> new ImageEmbeddings(image.embeddings().copy(), image.image()))
        .toList();
  }

  @Override
  public boolean orderMatters() {
    return path.orderMatters();
  }

  @Override
  public boolean readsText() {
    return path.readsText();
  }

  @Override
  public int outputSize() {
    return path.outputSize();
  }

  /** Forgets everything; the path itself belongs to the model. */
  @Override
  public synchronized void close() {
    kept.values().forEach(entry -> entry.scope.close());
    kept.clear();
    bytes = 0;
  }

  /** What the result depends on. */
  private record Key(List<Media> media, String text) {
    long bytes() {
      return media.stream().mapToLong(Media::bytes).sum();
    }
  }

  private record Kept(List<ImageEmbeddings> images, long bytes, TensorScope scope) {}
}
