package io.vlm4j.instruct;

import io.vlm4j.config.JsonNode;
import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A file of LLaVA's format that grows. While it is made, what is ready stands in {@code
 * FILE.partial}, an entry a line, so that a run that is killed loses nothing; {@link #finish}
 * writes the file as a whole. Thread-safe.
 */
final class InstructionFile {
  private final Path file;
  private final Path partial;
  private final Map<String, LlavaExample> examples = new LinkedHashMap<>();

  private InstructionFile(Path file) {
    this.file = file;
    this.partial = file.resolveSibling(file.getFileName() + ".partial");
  }

  /** Opens a file with what earlier runs left. */
  static InstructionFile open(Path file) {
    InstructionFile opened = new InstructionFile(file);
    if (Files.exists(file)) {
      opened.readWhole();
    }
    if (Files.exists(opened.partial)) {
      opened.readPartial();
    }
    return opened;
  }

  synchronized boolean has(String id) {
    return examples.containsKey(id);
  }

  synchronized int size() {
    return examples.size();
  }

  /** Adds an entry; it is on the disk when this returns. */
  synchronized void add(LlavaExample example) {
    examples.put(example.id(), example);
    try {
      Files.writeString(
          partial, example.toJson() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw cannotWrite(partial, e);
    }
  }

  /**
   * Writes the file.
   *
   * @param order ids in the order in which entries shall stand; others come behind
   */
  synchronized void finish(Collection<String> order) {
    Map<String, LlavaExample> rest = new LinkedHashMap<>(examples);
    List<String> lines =
        order.stream()
            .map(rest::remove)
            .filter(Objects::nonNull)
            .map(LlavaExample::toJson)
            .collect(Collectors.toList());
    rest.values().forEach(example -> lines.add(example.toJson()));
    Path whole = file.resolveSibling(file.getFileName() + ".writing");
    try {
      Files.writeString(whole, "[\n" + String.join(",\n", lines) + "\n]\n");
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private void readWhole() {
    try {
      JsonNode.read(file).asList().stream().map(LlavaExample::of).forEach(this::keep);
    } catch (InvalidModelException e) {
      throw new InvalidDataException(e.getMessage() + "; choose another file to write to", e);
    }
  }

  /** The last line may be half of one: the run was killed while it wrote. */
  private void readPartial() {
    List<String> lines = new ArrayList<>();
    DataFiles.forEachLine(partial, (line, number) -> lines.add(line));
    for (int i = 0; i < lines.size(); i++) {
      try {
        keep(LlavaExample.of(JsonNode.parse(lines.get(i), partial + ", line " + (i + 1))));
      } catch (InvalidModelException | InvalidDataException e) {
        if (i < lines.size() - 1) {
          throw new InvalidDataException(e.getMessage() + "; delete that line", e);
        }
      }
    }
    rewritePartial();
  }

  private void rewritePartial() {
    try {
      Files.write(partial, examples.values().stream().map(LlavaExample::toJson).toList());
    } catch (IOException e) {
      throw cannotWrite(partial, e);
    }
  }

  private void keep(LlavaExample example) {
    examples.put(example.id(), example);
  }

  private static InvalidDataException cannotWrite(Path file, IOException cause) {
    return new InvalidDataException("cannot write " + file + ": " + cause.getMessage(), cause);
  }
}
