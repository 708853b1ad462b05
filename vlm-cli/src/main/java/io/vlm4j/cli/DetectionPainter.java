package io.vlm4j.cli;

import io.vlm4j.detect.Box;
import io.vlm4j.detect.Detection;
import io.vlm4j.detect.Mask;
import io.vlm4j.error.VlmException;
import io.vlm4j.image.Image;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.imageio.ImageIO;

/** Draws boxes, labels, scores and masks on an image; lines and letters grow with it. */
final class DetectionPainter {
  private static final int SMALLEST_LETTERS = 9;
  private static final double LETTERS_PER_SIDE = 32;
  private static final double LINES_PER_SIDE = 220;

  /** Pixels of a mask that are likelier than this are drawn. */
  private static final double LIKELY = 0.5;

  /** How much of a mask's colour covers a pixel. */
  private static final double MASK_SHARE = 0.45;

  /** Steps of the golden ratio around the colour circle: neighbours differ. */
  private static final float HUE_STEP = 0.618034f;

  private final BufferedImage picture;
  private final Graphics2D graphics;
  private final double side;
  private final int line;

  private DetectionPainter(BufferedImage picture) {
    this.picture = picture;
    this.graphics = picture.createGraphics();
    this.side = Math.sqrt((double) picture.getWidth() * picture.getHeight());
    this.line = (int) Math.max(1, Math.round(side / LINES_PER_SIDE));
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
  }

  /**
   * Writes a PNG, at once.
   *
   * @throws VlmException if the file cannot be written
   */
  static void write(Image image, List<Detection> found, Path file) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      ImageIO.write(paint(image, found), "png", unfinished.toFile());
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new VlmException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** The image with everything on it, the best on top. */
  static BufferedImage paint(Image image, List<Detection> found) {
    DetectionPainter painter = new DetectionPainter(image.toBufferedImage());
    try {
      for (Detection each : found) {
        each.mask().ifPresent(mask -> painter.fill(mask, color(each)));
      }
      for (int i = found.size() - 1; i >= 0; i--) {
        painter.outline(found.get(i));
      }
      for (int i = found.size() - 1; i >= 0; i--) {
        painter.label(found.get(i));
      }
      return painter.picture;
    } finally {
      painter.graphics.dispose();
    }
  }

  private void fill(Mask mask, Color color) {
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if (mask.probability(x, y) > LIKELY) {
          picture.setRGB(x, y, mixed(new Color(picture.getRGB(x, y)), color).getRGB());
        }
      }
    }
  }

  private void outline(Detection detection) {
    Box box = detection.box();
    int left = inside(box.xMin(), picture.getWidth());
    int top = inside(box.yMin(), picture.getHeight());
    int right = inside(box.xMax(), picture.getWidth());
    int bottom = inside(box.yMax(), picture.getHeight());
    graphics.setColor(color(detection));
    graphics.setStroke(new BasicStroke(line));
    graphics.drawRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  /** Above the box, or in it where there is no room; never beyond the image. */
  private void label(Detection detection) {
    int padding = line + 1;
    String text = "%s %.2f".formatted(detection.label(), detection.score()).strip();
    FontMetrics letters = fitting(text, picture.getWidth() - 2 * padding);
    String shown = shortened(text, letters, picture.getWidth() - 2 * padding);
    int width = letters.stringWidth(shown) + 2 * padding;
    int height = letters.getHeight() + padding;
    int left = between(Math.round(detection.box().xMin()), 0, picture.getWidth() - width);
    int above = Math.round(detection.box().yMin()) - height;
    int top = above >= 0 ? above : Math.round(detection.box().yMin());
    top = between(top, 0, picture.getHeight() - height);
    Color color = color(detection);
    graphics.setColor(color);
    graphics.fillRect(left, top, width, height);
    graphics.setColor(brightness(color) > 0.55 ? Color.BLACK : Color.WHITE);
    graphics.drawString(shown, left + padding, top + letters.getAscent() + padding / 2);
  }

  private FontMetrics fitting(String text, int width) {
    int size = (int) Math.max(SMALLEST_LETTERS, Math.round(side / LETTERS_PER_SIDE));
    FontMetrics letters = letters(size);
    while (size > SMALLEST_LETTERS && letters.stringWidth(text) > width) {
      letters = letters(--size);
    }
    return letters;
  }

  private FontMetrics letters(int size) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
    return graphics.getFontMetrics();
  }

  private static String shortened(String text, FontMetrics letters, int width) {
    String shown = text;
    for (int end = text.length(); letters.stringWidth(shown) > width && end > 1; ) {
      end = text.offsetByCodePoints(end, -1);
      shown = text.substring(0, end) + "…";
    }
    return shown;
  }

  private int inside(float place, int length) {
    return between(Math.round(place), line / 2, length - 1 - line / 2);
  }

  private static int between(int value, int least, int most) {
    return Math.max(least, Math.min(most, value));
  }

  private static Color color(Detection detection) {
    return Color.getHSBColor(detection.labelId() * HUE_STEP, 0.85f, 0.95f);
  }

  private static Color mixed(Color under, Color over) {
    return new Color(
        mixed(under.getRed(), over.getRed()),
        mixed(under.getGreen(), over.getGreen()),
        mixed(under.getBlue(), over.getBlue()));
  }

  private static int mixed(int under, int over) {
    return (int) Math.round(under * (1 - MASK_SHARE) + over * MASK_SHARE);
  }

  /** From 0 to 1, as the eye sees it. */
  private static double brightness(Color color) {
    return (0.299 * color.getRed() + 0.587 * color.getGreen() + 0.114 * color.getBlue()) / 255;
  }
}
