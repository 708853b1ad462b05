package io.vlm4j.train;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.models.assembled.TemplateFormat;
import io.vlm4j.models.fusion.ImageEmbeddings;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The prompt that asks for a caption, as generation has it: tokens, the image, tokens.
 *
 * @param before tokens before the image
 * @param after tokens between the image and the caption
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record CaptionPrompt(int[] before, int[] after) {
  /** Reads what a template makes of an image without a question. */
  static CaptionPrompt of(PromptTemplate template, Tokenizer tokenizer) {
    TemplateFormat format = new TemplateFormat(template, tokenizer);
    String text = format.text(Prompt.caption(Image.ofRgb(1, 1, new byte[3])));
    try (TensorScope scope = TensorScope.open()) {
      ProcessedImage dot = new ProcessedImage(new float[3], 1, 1, 1, 0, 0, 1, 1, null);
      ImageEmbeddings image = new ImageEmbeddings(Tensor.of(new float[1], 1, 1), dot);
      List<int[]> sides = new ArrayList<>(List.of(new int[0]));
      for (Segment segment : format.segments(text, List.of(image))) {
        if (segment instanceof Segment.Tokens tokens) {
          sides.set(sides.size() - 1, tokens.ids());
        } else {
          sides.add(new int[0]);
        }
      }
      return new CaptionPrompt(sides.get(0), requireText(sides.get(1)));
    }
  }

  private static int[] requireText(int... after) {
    if (after.length == 0) {
      throw new InvalidModelException(
          "the prompt has no token between the image and the caption; give the template an answer"
              + " or a caption text");
    }
    return after;
  }

  /** Tokens on both sides. */
  int length() {
    return before.length + after.length;
  }

  /** The tokens of both sides, and room for some more. */
  int[] followedBy(int more) {
    int[] row = Arrays.copyOf(before, length() + more);
    System.arraycopy(after, 0, row, before.length, after.length);
    return row;
  }
}
