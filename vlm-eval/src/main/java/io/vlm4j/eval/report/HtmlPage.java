package io.vlm4j.eval.report;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import io.vlm4j.error.VlmException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageSource;
import io.vlm4j.image.Resampling;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** A report as one page that needs nothing else: small copies of the images are in it. */
public final class HtmlPage {
  private static final int SIDE = 180;

  /** A page of more would be slow to open. */
  private static final int MOST = 1000;

  private HtmlPage() {}

  /**
   * Writes a page with the first 1000 items.
   *
   * @param images where the items' images are; null shows none
   * @throws io.vlm4j.error.InvalidDataException if it cannot be written
   */
  public static void write(Path file, Report report, ImageSource images) {
    List<Map<String, Object>> items = new ArrayList<>();
    for (Report.Item item : report.items().subList(0, Math.min(MOST, report.items().size()))) {
      items.add(row(item, images));
    }
    Map<String, Object> context = new LinkedHashMap<>();
    context.put("title", report.title());
    context.put("figures", rows(report.figures()));
    context.put("items", items);
    context.put("count", report.items().size());
    Jinjava jinjava =
        new Jinjava(JinjavaConfig.newBuilder().withNestedInterpretationEnabled(false).build());
    Report.write(file, List.of(jinjava.render(template(), context)));
  }

  private static Map<String, Object> row(Report.Item item, ImageSource images) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put(
        "images",
        images == null ? List.of() : item.images().stream().map(n -> dataUri(n, images)).toList());
    row.put("fields", rows(item.fields()));
    row.put("state", item.good() == null ? "" : item.good() ? "good" : "bad");
    return row;
  }

  /** Names with their texts; what is inside a map or a list gets lines of its own. */
  private static List<Map<String, Object>> rows(Map<String, Object> fields) {
    List<Map<String, Object>> rows = new ArrayList<>();
    fields.forEach((name, value) -> rows.add(Map.of("name", name, "lines", lines(value))));
    return rows;
  }

  private static List<String> lines(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
    }
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(value));
  }

  /** A small copy of the image; nothing if it is not there, as the numbers do not depend on it. */
  private static String dataUri(String name, ImageSource images) {
    try {
      Image image = images.read(name);
      double scale = Math.min(1.0, (double) SIDE / Math.max(image.width(), image.height()));
      Image small =
          image.resize(
              Math.max(1, (int) Math.round(image.width() * scale)),
              Math.max(1, (int) Math.round(image.height() * scale)),
              Resampling.BICUBIC);
      ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
      ImageIO.write(small.toBufferedImage(), "jpg", jpeg);
      return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg.toByteArray());
    } catch (VlmException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String template() {
    try (InputStream in = HtmlPage.class.getResourceAsStream("page.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
