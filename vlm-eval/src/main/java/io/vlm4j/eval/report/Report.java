package io.vlm4j.eval.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.vlm4j.error.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came out of an evaluation.
 *
 * @param title what was evaluated
 * @param figures by name: numbers, or further such maps
 * @param items what the figures are made of, in order
 */
public record Report(String title, Map<String, Object> figures, List<Item> items) {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeSpecialFloatingPointValues().create();

  /**
   * One question, caption or image.
   *
   * @param images names of images to show; may be empty
   * @param fields by name: texts, numbers, lists or maps
   * @param good true or false if it is one of the two, else null
   */
  public record Item(List<String> images, Map<String, Object> fields, Boolean good) {
    /** Copies; the fields stay in order. */
    public Item {
      images = List.copyOf(images);
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /** Copies; the figures stay in order. */
  public Report {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    items = List.copyOf(items);
  }

  /** Six places are enough to read. */
  public static double rounded(double number) {
    return Double.isFinite(number) ? Math.round(number * 1e6) / 1e6 : number;
  }

  /** The figures as a JSON object on one line. */
  public String figuresJson() {
    return GSON.toJson(figures);
  }

  /**
   * Writes the items, a JSON object a line.
   *
   * @throws InvalidDataException if the file cannot be written
   */
  public void writeItems(Path file) {
    write(file, items.stream().map(item -> GSON.toJson(item.fields())).toList());
  }

  static void write(Path file, List<String> lines) {
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new InvalidDataException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
