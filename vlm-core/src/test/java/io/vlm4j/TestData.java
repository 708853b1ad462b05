package io.vlm4j;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the files that tests share, in the folder {@code testdata} of the repository. */
public final class TestData {
  private TestData() {}

  /** A file or folder below {@code testdata}. */
  public static Path path(String relative) {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path candidate = folder.resolve("testdata").resolve(relative);
      if (Files.exists(candidate)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("no testdata/" + relative);
  }
}
