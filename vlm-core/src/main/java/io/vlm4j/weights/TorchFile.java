package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.PickleMachine.Storage;
import io.vlm4j.weights.PickleMachine.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * A checkpoint of {@code torch.save} (PyTorch 1.6 and later): a zip archive of storages and a
 * pickle that says which tensors they hold. The pickle may do nothing but that; tensors are mapped.
 *
 * <p>Checkpoints that keep their tensors under {@code model_state_dict}, {@code state_dict} or
 * {@code model} are read too; entries that are no tensors are passed over.
 */
public final class TorchFile implements WeightSource {
  private static final String PICKLE = "data.pkl";
  private static final long LARGEST_PICKLE = 100_000_000;
  private static final List<String> NESTED = List.of("model_state_dict", "state_dict", "model");

  private final Path file;
  private final Map<String, Place> places;

  private TorchFile(Path file, Map<String, Place> places) {
    this.file = file;
    this.places = places;
  }

  /**
   * Reads the directory and the pickle.
   *
   * @throws InvalidModelException if the file is damaged, or its pickle does anything but rebuild
   *     tensors
   */
  public static TorchFile open(Path file) {
    return WeightFile.read(file, channel -> read(file, channel));
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(places.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return place(name).info;
  }

  @Override
  public Tensor load(String name) {
    Place place = place(name);
    return Tensor.mapFile(
        file, place.offset, place.view.storage().dtype(), place.info.dimensions());
  }

  @Override
  public String origin() {
    return file.toString();
  }

  private Place place(String name) {
    return Optional.ofNullable(places.get(name))
        .orElseThrow(() -> new NoSuchElementException("no tensor " + name + " in " + file));
  }

  private static TorchFile read(Path file, FileChannel channel) throws IOException {
    Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(file, channel);
    String pickle =
        entries.keySet().stream()
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .findFirst()
            .orElseThrow(() -> damaged(file, "it has no " + PICKLE));
    String root = pickle.substring(0, pickle.length() - PICKLE.length());
    ZipDirectory.Entry order = entries.get(root + "byteorder");
    if (order != null && !text(channel, order).equals("little")) {
      throw new UnsupportedModelException(file + " is big-endian; expected little-endian");
    }
    Object content = run(file, bytes(file, channel, entries.get(pickle)));
    Map<String, Place> places = new LinkedHashMap<>();
    for (Map.Entry<?, ?> item : stateDict(file, content).entrySet()) {
      if (item.getKey() instanceof String name && item.getValue() instanceof View view) {
        places.put(name, Place.of(file, name, view, entries.get(root + "data/" + storage(view))));
      }
    }
    return new TorchFile(file, places);
  }

  private static String storage(View view) {
    return view.storage().key();
  }

  private static Object run(Path file, byte[] pickle) {
    try {
      return new PickleMachine(pickle).run();
    } catch (InvalidModelException e) {
      throw new InvalidModelException(file + ": " + e.getMessage(), e);
    }
  }

  private static Map<?, ?> stateDict(Path file, Object content) {
    if (!(content instanceof Map<?, ?> map)) {
      throw damaged(file, "it holds no dictionary of tensors");
    }
    return NESTED.stream()
        .map(map::get)
        .filter(Map.class::isInstance)
        .<Map<?, ?>>map(Map.class::cast)
        .findFirst()
        .orElse(map);
  }

  private static byte[] bytes(Path file, FileChannel channel, ZipDirectory.Entry entry)
      throws IOException {
    if (entry.size() > LARGEST_PICKLE) {
      throw damaged(file, "its pickle has " + entry.size() + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) entry.size());
    while (buffer.hasRemaining() && channel.read(buffer, entry.offset() + buffer.position()) >= 0) {
      // until all is there
    }
    return buffer.array();
  }

  private static String text(FileChannel channel, ZipDirectory.Entry entry) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(16, entry.size()));
    channel.read(buffer, entry.offset());
    return new String(buffer.array(), StandardCharsets.US_ASCII);
  }

  private static InvalidModelException damaged(Path file, String complaint) {
    return new InvalidModelException(file + " is not a PyTorch pickle checkpoint: " + complaint);
  }

  private record Place(TensorInfo info, View view, long offset) {
    static Place of(Path file, String name, View view, ZipDirectory.Entry entry) {
      Storage storage = view.storage();
      long unit = storage.dtype().bytes();
      String shown = "tensor " + Names.shown(name);
      if (entry == null) {
        throw damaged(file, shown + " lies in a storage that is not there");
      }
      long elements = entry.size() / unit;
      if (storage.elements() != elements || elements * unit != entry.size()) {
        throw damaged(
            file,
            shown
                + " lies in a storage of "
                + entry.size()
                + " bytes that is said to have "
                + storage.elements()
                + " elements of "
                + unit);
      }
      long count = TensorInfo.product(view.size(), 1);
      boolean within =
          view.size().stream().allMatch(length -> length >= 0)
              && view.size().size() == view.stride().size()
              && view.size().size() <= 64
              && count >= 0
              && view.offset() >= 0
              && view.offset() <= elements
              && count <= elements - view.offset();
      if (!within) {
        throw damaged(file, shown + " reaches beyond its storage of " + elements + " elements");
      }
      if (!isContiguous(view)) {
        throw new UnsupportedModelException(
            file + ": " + shown + " is stored as a view with strides " + view.stride());
      }
      TensorInfo info =
          new TensorInfo(name, storage.dtype().safetensorsName(), view.size(), count * unit);
      return new Place(info, view, entry.offset() + view.offset() * unit);
    }

    private static boolean isContiguous(View view) {
      long expected = 1;
      for (int i = view.size().size() - 1; i >= 0; i--) {
        long length = view.size().get(i);
        if (length > 1 && view.stride().get(i) != expected) {
          return false;
        }
        expected *= Math.max(1, length);
      }
      return true;
    }
  }
}
