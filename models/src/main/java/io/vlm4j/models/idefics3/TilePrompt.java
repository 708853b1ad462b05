package io.vlm4j.models.idefics3;

import io.vlm4j.models.fusion.ImageEmbeddings;

/** How the text tells the model where each tile of an image lies. */
final class TilePrompt {
  private static final String AROUND = "<fake_token_around_image>";
  private static final String GLOBAL = "<global-img>";

  private TilePrompt() {}

  /** Tiles row by row, each under its place, then the whole image. */
  static String expand(ImageEmbeddings image, String imageToken) {
    int rows = image.image().rows();
    int columns = image.image().columns();
    String tile = imageToken.repeat(image.length() / image.image().tiles());
    StringBuilder text = new StringBuilder();
    for (int row = 1; row <= rows; row++) {
      for (int column = 1; column <= columns; column++) {
        text.append(AROUND).append("<row_" + row + "_col_" + column + ">").append(tile);
      }
      text.append('\n');
    }
    if (rows > 0) {
      text.append('\n');
    }
    return text.append(AROUND).append(GLOBAL).append(tile).append(AROUND).toString();
  }
}
