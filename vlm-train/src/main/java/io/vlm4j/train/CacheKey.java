package io.vlm4j.train;

import io.vlm4j.error.VlmException;
import io.vlm4j.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The name of a feature cache: a digest of all that decides what is in it. Configurations count by
 * their content; weights and images, which are large, by name, size and time of change.
 */
final class CacheKey {
  private static final int LENGTH = 16;

  private CacheKey() {}

  static String of(TrainingParts parts, Path images, DType type) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, parts.selection() + " " + parts.averagePooling() + " " + parts.pixelShuffle());
      add(digest, type.toString());
      files(digest, parts.encoder());
      files(digest, images);
      String hex = HexFormat.of().formatHex(digest.digest());
      return "features-" + hex.substring(0, LENGTH) + ".bin";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new VlmException("cannot read " + e.getMessage(), e);
    }
  }

  private static void files(MessageDigest digest, Path root) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(root)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      add(digest, root.relativize(file).toString());
      if (file.toString().endsWith(".json")) {
        digest.update(Files.readAllBytes(file));
      } else {
        BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
        add(digest, facts.size() + " " + facts.lastModifiedTime().toMillis());
      }
    }
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
