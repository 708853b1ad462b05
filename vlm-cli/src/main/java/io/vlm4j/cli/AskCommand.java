package io.vlm4j.cli;

import io.vlm4j.Answer;
import io.vlm4j.ImageQuestionAnswerer;
import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.RegionEncoder;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.generate.Generation;
import io.vlm4j.image.Image;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswerers;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers a question about an image. */
@Command(name = "ask", description = "Answer a question about an image.")
final class AskCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private DecodingOptions decoding;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "An image file.")
  private Path image;

  @Parameters(index = "1", paramLabel = "QUESTION", description = "What to ask.")
  private String question;

  @Option(
      names = "--regions",
      paramLabel = "FOLDER_OR_HUB_ID",
      description =
          "What finds the image's regions, for models that answer by them (LXMERT, ViLBERT,"
              + " VisualBERT, VL-T5).")
  private String regions;

  @Option(
      names = "--max-regions",
      paramLabel = "N",
      defaultValue = "" + ImageQuestionAnswerer.DEFAULT_REGIONS,
      description = "How many of them the model sees (default: ${DEFAULT-VALUE}).")
  private int maxRegions;

  @Option(names = "--json", description = "A JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Image picture = Image.read(image); // before a model loads
    ModelFolder folder = ModelFolder.open(modelOptions.folder());
    boolean byRegions = RegionQuestionAnswerers.find(folder).isPresent();
    if (byRegions && regions == null) {
      throw new InvalidOptionException(
          folder.path()
              + " answers by an image's regions; name a folder that finds them with --regions");
    }
    if (!byRegions && regions != null) {
      throw new InvalidOptionException(
          folder.path() + " looks at the image itself; leave --regions out");
    }
    return byRegions ? askByRegions(folder, picture) : ask(picture);
  }

  private Integer ask(Image picture) {
    Prompt prompt = Prompt.of(picture, question);
    try (VisionLanguageModel model = modelOptions.load()) {
      Generation generation = model.generate(prompt, decoding.options());
      String answer = generation.text().strip();
      System.out.println(json ? Generations.toJson(line(answer), generation) : answer);
    }
    return 0;
  }

  private Integer askByRegions(ModelFolder folder, Image picture) {
    LoadOptions options = modelOptions.loadOptions();
    try (RegionEncoder encoder =
            ObjectDetector.load(HubCache.resolve(regions), options.withoutAdapter());
        RegionQuestionAnswerer model = RegionQuestionAnswerers.load(folder, options)) {
      Answer best = model.withRegions(encoder, maxRegions).answers(picture, question).get(0);
      System.out.println(
          json ? line(best.text()).put("probability", best.probability()) : best.text());
    }
    return 0;
  }

  private Json line(String answer) {
    return new Json()
        .put("image", image.toString())
        .put("question", question)
        .put("answer", answer);
  }
}
