package io.vlm4j.retrieval;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidIndexException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.error.VlmException;
import io.vlm4j.image.Image;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Which model made an index. Files of a model may move, change their format or their precision, so
 * what counts is where the model puts one text and one image.
 *
 * @param model the model's name, for people
 * @param count vectors of an image
 * @param size length E of a vector
 * @param imageProbe where the image lies; empty for models that read texts alone
 * @param textProbe where the text lies; empty for models that read images alone
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record IndexHeader(String model, int count, int size, float[] imageProbe, float[] textProbe) {
  private static final String FORMAT = "vlm4j-retrieval";
  private static final int VERSION = 1;
  private static final String PROBE = "a photo of a dog that runs through the snow";
  private static final int PROBE_PIXELS = 96;

  /** What the cosine of a probe in two precisions of one model stays above. */
  private static final double SAME = 0.995;

  /** Asks a model. */
  static IndexHeader of(DualEncoder encoder, String model) {
    float[] text = probe(() -> encoder.embed(PROBE));
    ImageTextEmbedding image = null;
    try {
      image = encoder.embed(probeImage());
    } catch (UnsupportedModelException e) {
      // it reads texts alone, and can still query
    }
    return image == null
        ? new IndexHeader(model, 1, text.length, new float[0], text)
        : new IndexHeader(model, image.count(), image.size(), flat(image), text);
  }

  /** The vectors of an embedding, one after the other. */
  static float[] flat(ImageTextEmbedding embedding) {
    float[] values = new float[embedding.count() * embedding.size()];
    for (int i = 0; i < embedding.count(); i++) {
      System.arraycopy(embedding.vector(i), 0, values, i * embedding.size(), embedding.size());
    }
    return values;
  }

  /** Numbers of an image. */
  int rowLength() {
    return Math.multiplyExact(count, size);
  }

  /**
   * Checks that a model is the one that made this index.
   *
   * @throws InvalidIndexException if it is another
   */
  void requireSame(IndexHeader asking, Path index) {
    boolean textsAlone = asking.imageProbe.length == 0;
    if (size != asking.size
        || !(textsAlone || count == asking.count)
        || !near(imageProbe, asking.imageProbe)
        || !near(textProbe, asking.textProbe)) {
      throw new InvalidIndexException(
          "the index %s was made with the model %s, whose space is not that of %s; use that model, another index folder, or delete this one"
              .formatted(index, model, asking.model));
    }
  }

  /** One line, without its end. */
  String toLine() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("version", VERSION);
    fields.put("model", model);
    fields.put("count", count);
    fields.put("size", size);
    fields.put("image_probe", encode(imageProbe));
    fields.put("text_probe", encode(textProbe));
    return JsonNode.of(fields, "header").toString();
  }

  /**
   * Reads a line whose checksum is right.
   *
   * @throws InvalidIndexException if it is of another kind or a later version
   */
  static IndexHeader parse(String line, Path file) {
    try {
      JsonNode json = JsonNode.parse(line, file.toString());
      if (!json.getString("format").equals(FORMAT) || json.getInt("version") != VERSION) {
        throw new InvalidIndexException(
            "%s is of format %s %d; this version reads %s %d, so delete the index folder"
                .formatted(
                    file, json.getString("format"), json.getInt("version"), FORMAT, VERSION));
      }
      return new IndexHeader(
          json.getString("model"),
          json.getInt("count"),
          json.getInt("size"),
          decode(json.getString("image_probe")),
          decode(json.getString("text_probe")));
    } catch (InvalidIndexException e) {
      throw e;
    } catch (VlmException | IllegalArgumentException e) {
      throw new InvalidIndexException(
          file + " is no index of images; delete the index folder to make it anew", e);
    }
  }

  private static float[] probe(Supplier<ImageTextEmbedding> embedding) {
    try {
      return flat(embedding.get());
    } catch (UnsupportedModelException e) {
      return new float[0]; // it reads images alone
    }
  }

  /** Waves and noise. */
  private static Image probeImage() {
    Random random = new Random(1);
    byte[] rgb = new byte[3 * PROBE_PIXELS * PROBE_PIXELS];
    for (int i = 0; i < rgb.length; i++) {
      int column = i / 3 % PROBE_PIXELS;
      int row = i / 3 / PROBE_PIXELS;
      double wave = Math.sin(column / 9.0 + i % 3) * Math.cos(row / 13.0 - i % 3);
      rgb[i] = (byte) (128 + 90 * wave + random.nextInt(32));
    }
    return Image.ofRgb(PROBE_PIXELS, PROBE_PIXELS, rgb);
  }

  /** What one of the two models cannot read is not compared. */
  private static boolean near(float[] a, float[] b) {
    if (a.length == 0 || b.length == 0) {
      return true;
    }
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      product += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return a.length == b.length && product > SAME * Math.sqrt(squaresA * squaresB);
  }

  private static String encode(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(buffer.array());
  }

  private static float[] decode(String text) {
    ByteBuffer buffer =
        ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[buffer.remaining() / Float.BYTES];
    buffer.asFloatBuffer().get(values);
    return values;
  }
}
