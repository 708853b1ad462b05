package io.vlm4j.eval.vqa;

import io.vlm4j.config.JsonNode;
import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidOptionException;
import java.nio.file.Path;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;

/** The data sets whose own files are understood. */
public enum Questions {
  /** VQA v2: questions and annotations apart. */
  VQAV2,
  /** OK-VQA: as VQA v2. */
  OKVQA,
  /** GQA: one object of questions. */
  GQA,
  /** ScienceQA: {@code problems.json}, with {@code pid_splits.json} as annotations. */
  SCIENCEQA,
  /** MMMU: JSON, or JSON lines, of the columns of its tables. */
  MMMU;

  /**
   * Where the questions are.
   *
   * @param questions the file of questions
   * @param annotations the file of annotations, or of splits; null if the data set has none
   * @param split which part counts, where there are splits
   * @param imageName how image files are called, with {@code %d} or {@code %012d} for the image's
   *     number, or {@code %s} for its id; null for the data set's own way
   */
  public record Files(Path questions, Path annotations, String split, String imageName) {}

  /**
   * Reads questions with their answers.
   *
   * @throws InvalidDataException if a file is not such
   * @throws InvalidOptionException if annotations are needed and not given
   */
  public List<VisualQuestion> read(Files files) {
    return DataFiles.readingJson(
        () ->
            switch (this) {
              case VQAV2, OKVQA -> VqaFiles.read(files);
              case GQA -> GqaFiles.read(files);
              case SCIENCEQA -> ScienceQaFiles.read(files);
              case MMMU -> MmmuFiles.read(files);
            });
  }

  /** The name in options. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of an image's file. */
  static String imageName(String pattern, JsonNode id) {
    try {
      return id.isNumber() && pattern.matches(".*%\\d*d.*")
          ? String.format(Locale.ROOT, pattern, id.asLong())
          : String.format(Locale.ROOT, pattern, text(id));
    } catch (IllegalFormatException e) {
      throw new InvalidOptionException(
          "'" + pattern + "' is no name of image " + id + "; expected such as img_%012d.jpg", e);
    }
  }

  /** Ids are numbers in some files and texts in others. */
  static String text(JsonNode id) {
    return id.isString() ? id.asString() : id.toString();
  }

  static Path annotations(Files files, String what) {
    if (files.annotations() == null) {
      throw new InvalidOptionException("this data set needs " + what + "; give --annotations");
    }
    return files.annotations();
  }
}
