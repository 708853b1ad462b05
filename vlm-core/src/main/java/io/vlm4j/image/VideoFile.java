package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.UnsupportedModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Pictures from a video file, by FFmpeg. The decoder is an optional dependency: {@code
 * org.bytedeco:javacv} and {@code org.bytedeco:ffmpeg-platform} must be on the class path.
 */
public final class VideoFile {
  /** The most pictures that are taken. */
  public static final int MAX_FRAMES = 1024;

  private VideoFile() {}

  /**
   * Takes pictures at even distances, the first and the last frame among them; of a shorter video
   * all frames. The file is decoded twice, as containers often do not know how many frames they
   * have.
   *
   * @param count how many, 1 to {@link #MAX_FRAMES}; 1 takes the frame in the middle
   * @return at most {@code count} pictures in order, upright
   * @throws InvalidImageException if the file is missing, damaged or holds no pictures
   * @throws UnsupportedModelException if no decoder is on the class path
   */
  public static List<Image> frames(Path file, int count) {
    return frames(file, count, FfmpegFrames::sample);
  }

  static List<Image> frames(Path file, int count, Decoder decoder) {
    if (count < 1 || count > MAX_FRAMES) {
      throw new InvalidOptionException(
          "the number of frames is " + count + "; expected 1 to " + MAX_FRAMES);
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidImageException("no video file " + file);
    }
    try {
      return decoder.sample(file, count);
    } catch (NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new UnsupportedModelException(
          "reading the video "
              + file
              + " needs org.bytedeco:javacv and org.bytedeco:ffmpeg-platform on the class path ("
              + e.getMessage()
              + "); add them, or give the frames as images",
          e);
    }
  }

  /** The indices of frames at even distances. */
  static int[] indices(int frames, int count) {
    if (count == 1) {
      return new int[] {(frames - 1) / 2};
    }
    int[] indices = new int[Math.min(count, frames)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] =
          indices.length == 1 ? 0 : (int) Math.round(i * (frames - 1.0) / (indices.length - 1));
    }
    return indices;
  }

  /** Reads a file; fails with a linkage error if its library is not there. */
  interface Decoder {
    List<Image> sample(Path file, int count);
  }
}
