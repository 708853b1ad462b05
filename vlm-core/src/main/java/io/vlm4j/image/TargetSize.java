package io.vlm4j.image;

/** The size that a picture is resized to, as configuration files state it. */
sealed interface TargetSize {
  /** Resizes a picture to this size. */
  Image resize(Image image, Resampling resampling);

  /** One size for every picture, whatever its aspect ratio: {@code {"height", "width"}}. */
  record Fixed(int height, int width) implements TargetSize {
    @Override
    public Image resize(Image image, Resampling resampling) {
      return image.resize(width, height, resampling);
    }
  }

  /**
   * The shorter side; the aspect ratio stays: {@code {"shortest_edge"}}. A {@code longest_edge}
   * beside it changes nothing, as in the processors that take the pair.
   */
  record ShortestEdge(int edge) implements TargetSize {
    @Override
    public Image resize(Image image, Resampling resampling) {
      return image.width() <= image.height()
          ? image.resize(edge, longer(image.height(), image.width()), resampling)
          : image.resize(longer(image.width(), image.height()), edge, resampling);
    }

    private int longer(int longSide, int shortSide) {
      return (int) ((double) ((long) edge * longSide) / shortSide);
    }
  }

  /** The shorter side, or less, so that the longer one is no longer than a bound (DETR). */
  record Bounded(int edge, int longest) implements TargetSize {
    @Override
    public Image resize(Image image, Resampling resampling) {
      int height = image.height();
      int width = image.width();
      double shorter = Math.min(height, width);
      double longer = Math.max(height, width);
      double exact = edge;
      int side = edge;
      if (longer / shorter * edge > longest) {
        exact = longest * shorter / longer;
        side = (int) Math.rint(exact);
      }
      if (shorter == side) {
        return image;
      }
      return width < height
          ? image.resize(Math.max(1, side), (int) (exact * height / width), resampling)
          : image.resize((int) (exact * width / height), Math.max(1, side), resampling);
    }
  }

  /** As large as fits into a frame; the aspect ratio stays. */
  record Within(int height, int width) implements TargetSize {
    @Override
    public Image resize(Image image, Resampling resampling) {
      double scale = Math.min((double) height / image.height(), (double) width / image.width());
      return image.resize(
          Math.max(1, (int) (image.width() * scale)),
          Math.max(1, (int) (image.height() * scale)),
          resampling);
    }
  }

  /**
   * The longer side, which also grows to it; the shorter becomes even: {@code {"longest_edge"}}.
   */
  record LongestEdge(int edge) implements TargetSize {
    @Override
    public Image resize(Image image, Resampling resampling) {
      double aspectRatio = (double) image.width() / image.height();
      return image.width() >= image.height()
          ? image.resize(edge, even((int) (edge / aspectRatio)), resampling)
          : image.resize(even((int) (edge * aspectRatio)), edge, resampling);
    }

    private static int even(int side) {
      return Math.max(1, side + side % 2);
    }
  }
}
