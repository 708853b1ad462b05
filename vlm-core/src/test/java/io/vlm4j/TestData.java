package io.vlm4j;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder {@code testdata} at the root of the repository. */
public final class TestData {
  private TestData() {}

  /** A file or folder below {@code testdata}, wherever in the repository the tests run. */
  public static Path path(String relative) {
    Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
    while (folder != null) {
      if (Files.isDirectory(folder.resolve("testdata"))) {
        return folder.resolve("testdata").resolve(relative);
      }
      folder = folder.getParent();
    }
    throw new IllegalStateException("no folder testdata above " + System.getProperty("user.dir"));
  }
}
