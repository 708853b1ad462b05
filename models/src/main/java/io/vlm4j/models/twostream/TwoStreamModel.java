package io.vlm4j.models.twostream;

import io.vlm4j.Answer;
import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.Regions;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * ViLBERT, LXMERT or VisualBERT: a body that reads a text and the regions of an image, and heads
 * for its {@linkplain #tasks() tasks}. Beside answering questions it fills the gaps of a text, says
 * what a hidden region is, and whether text and image belong together, as far as the checkpoint has
 * the heads for that.
 */
public final class TwoStreamModel implements RegionQuestionAnswerer {
  private final ModelFolder folder;
  private final Parts parts;
  private final AnswerLabels labels;
  private final Device device;
  private final Tokenizer tokenizer;
  private final Resources resources;

  private TwoStreamModel(
      ModelFolder folder, Parts parts, Device device, Tokenizer tokenizer, Resources resources) {
    this.folder = folder;
    this.parts = parts;
    this.labels = AnswerLabels.of(folder);
    this.device = device;
    this.tokenizer = tokenizer;
    this.resources = resources;
  }

  /**
   * What a checkpoint holds.
   *
   * @param encoder the body
   * @param featureSize width F of the regions' features
   * @param heads those that there are
   * @param alignedClass the class of {@link Task#ALIGNMENT} that means "belong together"
   */
  record Parts(TwoStreamEncoder encoder, int featureSize, Map<Task, Head> heads, int alignedClass) {
    /** Copies the map. */
    Parts {
      heads = Map.copyOf(heads);
    }
  }

  /** Opens a folder whose tensors have certain names. */
  static TwoStreamModel load(
      ModelFolder folder,
      LoadOptions options,
      NameMap names,
      BiFunction<JsonNode, Weights, Parts> loader) {
    return Resources.owning(
        resources -> {
          Tokenizer tokenizer = resources.own(folder.tokenizer());
          Weights weights = Weights.of(folder.weights(), options.placement(), options.progress());
          TensorScope parameters = resources.own(TensorScope.open());
          try {
            Parts parts = loader.apply(folder.config(), weights.mapped(names));
            weights.requireAllRead();
            return new TwoStreamModel(
                folder, parts, options.placement().device(), tokenizer, resources);
          } finally {
            parameters.seal();
          }
        });
  }

  /** What the checkpoint has heads for. */
  public Set<Task> tasks() {
    Set<Task> tasks = EnumSet.noneOf(Task.class);
    tasks.addAll(parts.heads().keySet());
    return tasks;
  }

  /** Text to ids and back. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public int featureSize() {
    return parts.featureSize();
  }

  @Override
  public List<Answer> answers(Regions regions, String question) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = logits(Task.ANSWER, regions, question);
      return probabilities(logits).stream()
          .map(found -> new Answer(found.label(), found.probability()))
          .toList();
    }
  }

  /**
   * What a head says of a text and regions.
   *
   * @return float32, before the softmax, in the shape that the {@link Task} tells; of ViLBERT the
   *     first region is the whole image
   * @throws UnsupportedModelException if the checkpoint has no head for the task
   * @throws InvalidPromptException if there is no region, the features are of another width, or the
   *     text is empty or too long
   */
  public Tensor logits(Task task, Regions regions, String text) {
    return logits(task, regions, TextTokens.of(tokenizer, text));
  }

  private Tensor logits(Task task, Regions regions, TextTokens text) {
    Head head = head(task);
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(head.forward(encode(text, prepare(regions))));
    }
  }

  /**
   * Runs all heads on tokens and inputs at hand, for comparison with a reference.
   *
   * @return what each gives, as {@link #logits}
   */
  public Map<Task, Tensor> run(TextTokens text, RegionInputs regions) {
    Map<Task, Tensor> logits = new EnumMap<>(Task.class);
    try (TensorScope scope = TensorScope.open()) {
      Streams streams = encode(text, regions);
      parts.heads().forEach((task, head) -> logits.put(task, scope.keep(head.forward(streams))));
    }
    return logits;
  }

  /**
   * The probability that a text is about an image.
   *
   * @throws UnsupportedModelException as {@link #logits}
   */
  public double alignment(Regions regions, String text) {
    try (TensorScope scope = TensorScope.open()) {
      float[] shares = logits(Task.ALIGNMENT, regions, text).softmax().toFloats();
      return requireNumber(shares[parts.alignedClass()]);
    }
  }

  /**
   * How likely each of several texts is the one that fits: answers to a question, or captions.
   *
   * @param text what all begin with, for example a question; may be empty
   * @return one for each choice, with the sum 1
   * @throws UnsupportedModelException if the checkpoint has no head for {@link Task#FIT}
   */
  public double[] choose(Regions regions, String text, List<String> choices) {
    try (TensorScope scope = TensorScope.open()) {
      float[] fits = new float[choices.size()];
      for (int i = 0; i < fits.length; i++) {
        TextTokens tokens =
            text.isEmpty()
                ? TextTokens.of(tokenizer, choices.get(i))
                : TextTokens.of(tokenizer, text, choices.get(i));
        fits[i] = logits(Task.FIT, regions, tokens).toFloats()[0];
      }
      float[] shares = Tensor.of(fits, fits.length).softmax().toFloats();
      return IntStream.range(0, shares.length).mapToDouble(i -> requireNumber(shares[i])).toArray();
    }
  }

  /**
   * A text whose masked words are those that are likeliest beside the image.
   *
   * @param text with one {@code [MASK]} for each token that is missing
   * @throws InvalidPromptException if there is no gap
   * @throws UnsupportedModelException as {@link #logits}
   */
  public String fill(Regions regions, String text) {
    int mask =
        tokenizer
            .id("[MASK]")
            .orElseThrow(() -> new InvalidModelException(folder.path() + " has no [MASK] token"));
    int[] ids = tokenizer.encode(text);
    if (Arrays.stream(ids).noneMatch(id -> id == mask)) {
      throw new InvalidPromptException("there is nothing to fill: the text has no [MASK]");
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = logits(Task.MASKED_WORDS, regions, TextTokens.of(ids));
      int[] best = KernelLibrary.shared().call("argmax", logits).toInts();
      int[] filled =
          IntStream.range(0, ids.length).map(i -> ids[i] == mask ? best[i] : ids[i]).toArray();
      return tokenizer.decode(Arrays.copyOfRange(filled, 1, filled.length - 1), false);
    }
  }

  /**
   * What regions are, when their features are hidden from the model and it has only the text, their
   * boxes and the other regions to go by.
   *
   * @param hidden which regions
   * @return for each of them float32 [C] logits, rows of [hidden, C]
   * @throws UnsupportedModelException as {@link #logits}
   */
  public Tensor hiddenRegions(Regions regions, String text, int... hidden) {
    head(Task.MASKED_REGIONS);
    try (TensorScope scope = TensorScope.open()) {
      RegionInputs inputs = prepare(regions);
      int first = inputs.count() - regions.count(); // ViLBERT's whole image stands before them
      float[] shown = TextTokens.ones(inputs.count());
      long[] rows = new long[hidden.length];
      for (int i = 0; i < hidden.length; i++) {
        if (hidden[i] < 0 || hidden[i] >= regions.count()) {
          throw new InvalidPromptException(
              "there is no region %d; there are %d".formatted(hidden[i], regions.count()));
        }
        rows[i] = (long) first + hidden[i];
        shown[first + hidden[i]] = 0;
      }
      Tensor features = inputs.features();
      Tensor visible = Tensor.of(shown, 1, shown.length, 1).to(device);
      RegionInputs masked =
          new RegionInputs(
              features.mul(visible), inputs.locations(), inputs.mask(), inputs.segments());
      Tensor logits =
          head(Task.MASKED_REGIONS).forward(encode(TextTokens.of(tokenizer, text), masked));
      return scope.keep(logits.select(0, Tensor.of(rows, rows.length).to(device)));
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  private RegionInputs prepare(Regions regions) {
    RegionInputs.requireSome(regions.count());
    RegionInputs inputs = parts.encoder().prepare(regions);
    return new RegionInputs(
        inputs.features().to(device), inputs.locations(), inputs.mask(), inputs.segments());
  }

  private Streams encode(TextTokens text, RegionInputs regions) {
    RegionInputs.requireFeatureSize(regions, featureSize());
    return parts.encoder().encode(text, regions);
  }

  private Head head(Task task) {
    Head head = parts.heads().get(task);
    if (head == null) {
      throw new UnsupportedModelException(
          "%s has no head for %s; it has %s".formatted(folder.path(), task, tasks()));
    }
    return head;
  }

  private List<ClassProbability> probabilities(Tensor logits) {
    List<ClassProbability> found = labels.probabilities(logits);
    found.forEach(answer -> requireNumber(answer.probability()));
    return found;
  }

  private static double requireNumber(double probability) {
    if (Double.isNaN(probability)) {
      throw new InvalidModelException(
          "the probabilities are not numbers (NaN): the model's weights or the regions' features"
              + " are damaged, or its precision is too low");
    }
    return probability;
  }
}
