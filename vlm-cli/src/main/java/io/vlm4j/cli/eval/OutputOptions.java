package io.vlm4j.cli.eval;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.eval.report.HtmlPage;
import io.vlm4j.eval.report.Report;
import io.vlm4j.image.ImageSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the results go. */
final class OutputOptions {
  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write every item with its score, a JSON object a line.")
  private Path out;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page with small images, answers and scores, to look at.")
  private Path html;

  @Option(names = "--json", description = "A JSON object.")
  private boolean json;

  /** Fails before the work rather than after it. */
  void requireWritable() {
    for (Path file : new Path[] {out, html}) {
      Path folder = file == null ? null : file.toAbsolutePath().getParent();
      if (folder != null && !Files.isWritable(folder)) {
        throw new InvalidOptionException(
            "cannot write " + file + ": no such folder, or no right to");
      }
    }
  }

  /** Prints the figures and writes what is wanted. */
  void write(Report report, Path images) {
    if (out != null) {
      report.writeItems(out);
    }
    if (html != null && images == null) {
      HtmlPage.write(html, report, null);
    } else if (html != null) {
      try (ImageSource source = ImageSource.open(images)) {
        HtmlPage.write(html, report, source);
      }
    }
    if (json) {
      System.out.println(report.figuresJson());
    } else {
      System.out.println(report.title());
      report.figures().forEach((name, value) -> print("", name, value));
    }
  }

  private static void print(String indent, String name, Object value) {
    if (value instanceof Map<?, ?> map) {
      System.out.println(indent + name);
      map.forEach((key, inner) -> print(indent + "  ", String.valueOf(key), inner));
    } else {
      System.out.printf("%s%-20s %s%n", indent, name, shown(value));
    }
  }

  private static Object shown(Object value) {
    return value instanceof Double number ? "%.4f".formatted(number) : value;
  }
}
