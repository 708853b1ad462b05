package io.vlm4j.train;

import io.vlm4j.error.VlmException;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The features of images, each computed once: a file that is memory-mapped for reading. A byte for
 * each image says whether it is there, so that a computation that was broken off goes on.
 *
 * <p>Layout: a page with {@code vlm4jfc1}, then the number of images, tokens, features, prefix
 * tokens, rows, columns and bytes a number (int32 each, little-endian); the bytes that say what is
 * there; from the next page on the features, image by image.
 */
final class FeatureCache implements AutoCloseable {
  private static final byte[] MAGIC = "vlm4jfc1".getBytes(StandardCharsets.US_ASCII);
  private static final int PAGE = 4096;

  private final Path file;
  private final FileChannel channel;
  private final Layout layout;
  private final byte[] present;

  private FeatureCache(Path file, FileChannel channel, Layout layout, byte[] present) {
    this.file = file;
    this.channel = channel;
    this.layout = layout;
    this.present = present;
  }

  /**
   * Opens a file that there is, or makes one.
   *
   * @param example features of one image, [1, T, D]
   * @param images their number
   * @throws VlmException if the file holds something else
   */
  static FeatureCache open(Path file, ImageFeatures example, int images, DType type) {
    Layout layout = Layout.of(example, images, type);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      byte[] present = new byte[images];
      if (channel.size() == 0) {
        channel.write(layout.header(), 0);
        channel.write(ByteBuffer.wrap(present), PAGE);
      } else {
        ByteBuffer header = ByteBuffer.allocate(layout.header().remaining());
        channel.read(header, 0);
        if (!header.flip().equals(layout.header())) {
          channel.close();
          throw new VlmException(
              file + " holds features of other images or another encoder; remove it to go on");
        }
        channel.read(ByteBuffer.wrap(present), PAGE);
      }
      return new FeatureCache(file, channel, layout, present);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /**
   * Computes what is missing.
   *
   * @param wanted images by index
   * @param encode images by index to their features
   * @param progress is told how many of the wanted are there, and how many are wanted
   */
  void fill(
      List<Integer> wanted,
      int batch,
      Function<List<Integer>, ImageFeatures> encode,
      BiConsumer<Integer, Integer> progress) {
    List<Integer> missing = wanted.stream().filter(i -> present[i] == 0).toList();
    for (int from = 0; from < missing.size(); from += batch) {
      List<Integer> some = missing.subList(from, Math.min(missing.size(), from + batch));
      try (TensorScope scope = TensorScope.open()) {
        write(some, encode.apply(some).hiddenStates().to(layout.type));
      }
      progress.accept(wanted.size() - missing.size() + from + some.size(), wanted.size());
    }
  }

  private void write(List<Integer> images, Tensor features) {
    try {
      for (int i = 0; i < images.size(); i++) {
        int image = images.get(i);
        ByteBuffer bytes = features.narrow(0, i, 1).toBytes();
        for (long at = layout.offset(image); bytes.hasRemaining(); ) {
          at += channel.write(bytes, at);
        }
        present[image] = 1;
        channel.write(ByteBuffer.wrap(new byte[] {1}), PAGE + (long) image);
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** The features of some images, float32 [B, T, D]. */
  ImageFeatures read(List<Integer> images) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor[] rows =
          images.stream()
              .map(
                  image ->
                      Tensor.mapFile(
                          file, layout.offset(image), layout.type, 1, layout.tokens, layout.width))
              .toArray(Tensor[]::new);
      Tensor features = scope.keep(Tensor.cat(0, rows).to(DType.FLOAT32));
      return new ImageFeatures(features, layout.prefix, layout.rows, layout.columns);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static VlmException failure(Path file, IOException e) {
    return new VlmException("cannot use the feature cache " + file + ": " + e.getMessage(), e);
  }

  private record Layout(
      int images, int tokens, int width, int prefix, int rows, int columns, DType type) {
    static Layout of(ImageFeatures example, int images, DType type) {
      Tensor states = example.hiddenStates();
      return new Layout(
          images,
          states.size(1),
          states.size(2),
          example.prefixTokens(),
          example.rows(),
          example.columns(),
          type);
    }

    ByteBuffer header() {
      ByteBuffer header =
          ByteBuffer.allocate(MAGIC.length + 7 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      header.put(MAGIC);
      for (int number : Arrays.asList(images, tokens, width, prefix, rows, columns, type.bytes())) {
        header.putInt(number);
      }
      return header.flip();
    }

    long offset(int image) {
      long first = PAGE + (long) (images + PAGE - 1) / PAGE * PAGE;
      return first + (long) image * tokens * width * type.bytes();
    }
  }
}
