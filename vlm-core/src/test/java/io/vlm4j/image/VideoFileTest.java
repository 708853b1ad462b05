package io.vlm4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.UnsupportedModelException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoFileTest {
  private static final int FRAMES = 10;

  @TempDir private Path folder;

  @Test
  void framesAreTakenAtEvenDistancesFirstAndLastIncluded() throws Exception {
    List<Image> images = VideoFile.frames(video(), 4);
    assertEquals(4, images.size());
    for (int i = 0; i < 4; i++) {
      Image image = images.get(i);
      assertEquals(64, image.width());
      assertEquals(48, image.height());
      assertEquals(level(3 * i), image.rgb()[3 * (20 * 64 + 30)] & 0xff, 4);
    }
    assertEquals(FRAMES, VideoFile.frames(video(), 50).size());
  }

  @Test
  void distancesAreEvenWhateverTheLength() {
    assertArrayEquals(new int[] {0, 3, 6, 9}, VideoFile.indices(10, 4));
    assertArrayEquals(new int[] {0, 1, 2}, VideoFile.indices(3, 8));
    assertArrayEquals(new int[] {0}, VideoFile.indices(1, 8));
    assertArrayEquals(new int[] {4}, VideoFile.indices(10, 1));
  }

  @Test
  void whatIsNoVideoIsAnError() throws Exception {
    Path text = folder.resolve("text.mp4");
    Files.writeString(text, "not a video");
    assertThrows(InvalidImageException.class, () -> VideoFile.frames(text, 2));
    assertThrows(
        InvalidImageException.class, () -> VideoFile.frames(folder.resolve("none.mp4"), 2));
    assertThrows(InvalidOptionException.class, () -> VideoFile.frames(text, 0));
    assertThrows(InvalidOptionException.class, () -> VideoFile.frames(text, 1025));
    byte[] whole = Files.readAllBytes(video());
    Path cut = folder.resolve("cut.mp4");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 3));
    assertThrows(InvalidImageException.class, () -> VideoFile.frames(cut, 2));
  }

  @Test
  void withoutADecoderTheErrorNamesTheArtifacts() throws Exception {
    Path video = video();
    String message =
        assertThrows(
                UnsupportedModelException.class,
                () ->
                    VideoFile.frames(
                        video,
                        2,
                        (file, count) -> {
                          throw new NoClassDefFoundError("org/bytedeco/javacv/FFmpegFrameGrabber");
                        }))
            .getMessage();
    assertTrue(message.contains("org.bytedeco:javacv"), message);
    assertTrue(message.contains("org.bytedeco:ffmpeg-platform"), message);
  }

  /** Frames of one gray each, brighter and brighter. */
  private Path video() throws Exception {
    Path file = folder.resolve("gray.mp4");
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 64, 48)) {
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
      recorder.setFormat("mp4");
      recorder.setVideoQuality(1);
      recorder.setFrameRate(5);
      recorder.start();
      for (int i = 0; i < FRAMES; i++) {
        Frame frame = new Frame(64, 48, Frame.DEPTH_UBYTE, 3);
        ByteBuffer pixels = (ByteBuffer) frame.image[0];
        while (pixels.hasRemaining()) {
          pixels.put((byte) level(i));
        }
        pixels.rewind();
        recorder.record(frame, avutil.AV_PIX_FMT_RGB24);
      }
      recorder.stop();
    }
    return file;
  }

  private static int level(int frame) {
    return 20 + 22 * frame;
  }
}
