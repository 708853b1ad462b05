package io.vlm4j.examples;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.image.Image;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code DrawSight MODEL OUT.svg IMAGE CAPTION ... IMAGE}: draws which token of a few-shot prompt
 * sees which image, for models whose images stand beside the sequence (Flamingo, IDEFICS).
 */
public final class DrawSight {
  private static final int CELL = 18;
  private static final int LABELS = 190;

  private DrawSight() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    Prompt.Builder prompt = Prompt.builder();
    int last = arguments.length - 1;
    for (int i = 2; i < last; i += 2) {
      prompt.example(Image.read(Path.of(arguments[i])), arguments[i + 1]);
    }
    prompt.query(Image.read(Path.of(arguments[last])));
    try (FusionModel model =
            (FusionModel) VisionLanguageModel.load(Path.of(arguments[0]), LoadOptions.FP32);
        Trace trace = Trace.start();
        TensorScope scope = TensorScope.open()) {
      model.promptLogits(prompt.build());
      long[] ids = trace.tensors().get("input_ids").longs();
      long[] mask = trace.tensors().get("image_attention_mask").longs();
      String svg = draw(model.language().tokenizer(), ids, mask, mask.length / ids.length);
      Files.writeString(Path.of(arguments[1]), svg);
    }
  }

  private static String draw(Tokenizer tokenizer, long[] ids, long[] mask, int images) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='monospace' font-size='12'>%n"
            .formatted(LABELS + CELL * ids.length, CELL * (images + 1) + 120));
    svg.append("<rect width='100%' height='100%' fill='white'/>\n");
    for (int image = 0; image < images; image++) {
      int y = CELL * image + 4;
      svg.append("<text x='8' y='%d'>keys of image %d</text>%n".formatted(y + 13, image + 1));
      for (int i = 0; i < ids.length; i++) {
        svg.append(
            "<rect x='%d' y='%d' width='%d' height='%d' fill='%s' stroke='#ccc'/>%n"
                .formatted(
                    LABELS + CELL * i,
                    y,
                    CELL,
                    CELL,
                    mask[i * images + image] == 1 ? "#3465a4" : "#f4f4f4"));
      }
    }
    for (int i = 0; i < ids.length; i++) {
      String token = tokenizer.decode(new int[] {(int) ids[i]}, false);
      svg.append(
          "<text transform='translate(%d %d) rotate(60)'>%s</text>%n"
              .formatted(LABELS + CELL * i + 4, CELL * images + 18, escaped(token)));
    }
    svg.append("<text x='8' y='%d'>tokens</text>%n".formatted(CELL * images + 30));
    return svg.append("</svg>\n").toString();
  }

  private static String escaped(String token) {
    return token.replace("&", "&amp;").replace("<", "&lt;").replace(" ", "\u00b7");
  }
}
