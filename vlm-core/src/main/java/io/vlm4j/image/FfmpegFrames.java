package io.vlm4j.image;

import io.vlm4j.error.InvalidImageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/** The one class that knows JavaCV, which need not be there. */
final class FfmpegFrames {
  private FfmpegFrames() {}

  static List<Image> sample(Path file, int count) {
    avutil.av_log_set_level(avutil.AV_LOG_FATAL);
    int[] wanted = VideoFile.indices(length(file), count);
    List<Image> images = new ArrayList<>();
    try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile())) {
      grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
      grabber.start();
      int quarterTurns = (int) Math.round(-grabber.getDisplayRotation() / 90);
      for (int index = 0; images.size() < wanted.length; index++) {
        Frame frame = grabber.grabImage();
        if (frame == null) {
          throw new InvalidImageException(file + " ends before its frame " + wanted[images.size()]);
        }
        if (index == wanted[images.size()]) {
          images.add(turned(image(frame), quarterTurns));
        }
      }
      return images;
    } catch (FrameGrabber.Exception e) {
      throw damaged(file, e);
    }
  }

  /** Number of frames, by decoding them. */
  private static int length(Path file) {
    int frames = 0;
    try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile())) {
      grabber.setImageMode(FrameGrabber.ImageMode.RAW);
      grabber.start();
      while (grabber.grabImage() != null) {
        frames++;
      }
    } catch (FrameGrabber.Exception e) {
      throw damaged(file, e);
    }
    if (frames == 0) {
      throw new InvalidImageException(file + " holds no pictures");
    }
    return frames;
  }

  private static Image image(Frame frame) {
    ByteBuffer pixels = (ByteBuffer) frame.image[0];
    int row = 3 * frame.imageWidth;
    byte[] rgb = new byte[Math.multiplyExact(row, frame.imageHeight)];
    for (int y = 0; y < frame.imageHeight; y++) {
      pixels.position(y * frame.imageStride);
      pixels.get(rgb, y * row, row);
    }
    return Image.ofRgb(frame.imageWidth, frame.imageHeight, rgb);
  }

  /** Clockwise by a number of quarter turns, which phones write beside the picture. */
  private static Image turned(Image image, int quarterTurns) {
    Image turned = image;
    for (int i = 0; i < Math.floorMod(quarterTurns, 4); i++) {
      turned = turned(turned);
    }
    return turned;
  }

  private static Image turned(Image image) {
    int newWidth = image.height();
    int newHeight = image.width();
    byte[] from = image.rgb();
    byte[] to = new byte[from.length];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        int source = (newWidth - 1 - x) * newHeight + y;
        System.arraycopy(from, 3 * source, to, 3 * (y * newWidth + x), 3);
      }
    }
    return Image.ofRgb(newWidth, newHeight, to);
  }

  private static InvalidImageException damaged(Path file, Exception cause) {
    return new InvalidImageException(
        "cannot read the video " + file + ": " + cause.getMessage(), cause);
  }
}
