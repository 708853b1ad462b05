package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.generate.Generation;
import io.vlm4j.golden.Golden;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole systems against the reference implementation, in float32. */
@ExtendWith(LeakCheck.class)
class SystemsTest {
  /** What generation gives; all else is of the pass over the prompt. */
  private static final Set<String> OF_GENERATION =
      Set.of("generated_ids", "new_ids", "step_logits", "sequences_score");

  static Stream<Golden> cases() {
    return Stream.of(
            "llava/v1_5",
            "llava/full_strategy",
            "llava_next/mistral",
            "smolvlm/base",
            "idefics3/base",
            "blip2/opt",
            "blip2/flan_t5",
            "instructblip/vicuna",
            "blip/caption",
            "blip/vqa",
            "vit_gpt2/caption",
            "frozen/nf_resnet_gpt2",
            "idefics/resampler-qknorm",
            "idefics/no-resampler-vector-alpha",
            "openflamingo/mpt-video")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTensorOfThePromptEqualsTheReference(Golden golden) {
    try (FusionModel model = load(golden);
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      model.promptLogits(golden.prompt(), golden.newIds());
      golden.assertMatches(trace, "text.");
      assertTrue(trace.tensors().keySet().containsAll(withoutGeneration(golden)), golden::name);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void generatedIdsEqualTheReference(Golden golden) {
    try (FusionModel model = load(golden)) {
      Generation generation = model.generate(golden.prompt(), golden.generation());
      assertArrayEquals(golden.newIds(), generation.tokenIds());
      if (golden.expected().names().contains("step_logits")) {
        golden.assertClose("step_logits", stepLogits(generation));
      }
    }
  }

  @Test
  void blip2FoldersOfBeforeTheImageTokenGiveTheSame(@TempDir Path folder) throws IOException {
    Golden golden = Golden.of("blip2/opt").get(0);
    TinyModels.copy(golden.checkpoint(), folder);
    Path config = folder.resolve("config.json");
    String old = Files.readString(config).replaceFirst("\"image_token_index\": \\d+,", "");
    Files.writeString(config, old);
    try (VisionLanguageModel model = VisionLanguageModel.load(folder, LoadOptions.FP32)) {
      Generation generation = model.generate(golden.prompt(), golden.generation());
      assertArrayEquals(golden.ints("new_ids"), generation.tokenIds());
    }
  }

  /** The reference's generators hold feed-forwards for texts then, and read none. */
  @Test
  void blip2FoldersThatAreConfiguredForTextGiveTheSame(@TempDir Path folder) throws IOException {
    Golden golden = Golden.of("blip2/opt").get(0);
    TinyModels.edited(
        golden.checkpoint(),
        folder,
        tensors ->
            List.copyOf(tensors.keySet())
                .forEach(name -> tensors.put(name.replace("_query.", "."), tensors.get(name))));
    Path config = folder.resolve("config.json");
    String text = "\"use_qformer_text_input\": ";
    Files.writeString(config, Files.readString(config).replace(text + "false", text + "true"));
    try (VisionLanguageModel model = VisionLanguageModel.load(folder, LoadOptions.FP32)) {
      Generation generation = model.generate(golden.prompt(), golden.generation());
      assertArrayEquals(golden.ints("new_ids"), generation.tokenIds());
    }
  }

  @Test
  void aSessionOfAnInstructedModelForgetsImagesWhenTheTextChanges() {
    Golden golden = Golden.of("instructblip/vicuna").get(0);
    Prompt first = golden.prompt();
    Prompt second = Prompt.raw("what is this?", first.images());
    try (VisionLanguageModel model =
            VisionLanguageModel.load(golden.checkpoint(), LoadOptions.FP32);
        Session session = model.session()) {
      for (Prompt prompt : List.of(first, second, first)) {
        int[] expected = model.generate(prompt, golden.generation()).tokenIds();
        assertArrayEquals(expected, session.generate(prompt, golden.generation()).tokenIds());
      }
    }
  }

  @Test
  void aSessionOfAnEncoderDecoderAnswersAsTheModelDoes() {
    Golden golden = Golden.of("blip2/flan_t5").get(0);
    try (VisionLanguageModel model =
            VisionLanguageModel.load(golden.checkpoint(), LoadOptions.FP32);
        Session session = model.session()) {
      for (int i = 0; i < 2; i++) {
        Generation generation = session.generate(golden.prompt(), golden.generation());
        assertArrayEquals(golden.ints("new_ids"), generation.tokenIds());
      }
    }
  }

  static Trace.Recorded stepLogits(Generation generation) {
    List<float[]> steps = generation.stepLogits();
    int vocabulary = steps.get(0).length;
    FloatBuffer all = FloatBuffer.allocate(steps.size() * vocabulary);
    steps.forEach(all::put);
    return new Trace.Recorded(new long[] {steps.size(), vocabulary}, all.array(), null);
  }

  private static Set<String> withoutGeneration(Golden golden) {
    Set<String> names = new TreeSet<>(golden.expected().names());
    names.removeAll(OF_GENERATION);
    return names;
  }

  private static FusionModel load(Golden golden) {
    return (FusionModel) VisionLanguageModel.load(golden.checkpoint(), LoadOptions.FP32);
  }
}
