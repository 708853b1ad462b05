package io.vlm4j.models.summary;

import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.ObjectDetectors;
import io.vlm4j.detect.OpenVocabularyDetectors;
import io.vlm4j.models.AdaptedPath;
import io.vlm4j.models.Catalogue;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswerers;
import io.vlm4j.models.SystemProvider;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.LinearKernel;
import io.vlm4j.tensor.Precision;
import io.vlm4j.tensor.Workload;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.TensorInfo;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.WeightSources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a model folder holds, from its configuration and the headers of its weights.
 *
 * @param path the folder
 * @param system its {@code model_type}
 * @param supported true if it can be opened as a generator, to compare images with texts, to
 *     detect, or to answer by regions
 * @param parts encoder, connector, language model and what else there is
 */
public record ModelSummary(Path path, String system, boolean supported, List<Part> parts) {
  private static final List<String> ROLES = List.of("encoder", "connector", "language_model");

  /**
   * A part.
   *
   * @param role {@code encoder}, {@code connector}, {@code language_model} or {@code other}
   * @param type its {@code model_type}
   * @param parameters number of weights
   * @param dtypes how they are stored
   * @param floatTypes what they are read as
   */
  public record Part(
      String role, String type, long parameters, List<String> dtypes, Set<DType> floatTypes) {
    /** What its linear layers are given. */
    Workload workload() {
      return role.equals("encoder") ? Workload.ENCODING : Workload.GENERATION;
    }
  }

  /**
   * What {@code --dtype auto} chooses on this machine for each stored type, a line each; the
   * kernels are timed at the first call.
   */
  public List<String> kernelChoices() {
    return parts.stream()
        .flatMap(
            part ->
                part.floatTypes().stream()
                    .sorted()
                    .map(stored -> LinearKernel.explain(Precision.AUTO, stored, part.workload())))
        .distinct()
        .toList();
  }

  /** Reads the headers. */
  public static ModelSummary of(ModelFolder folder) {
    String type = folder.modelType();
    Optional<SystemProvider> provider = Catalogue.find(type);
    List<Part> parts =
        new ArrayList<>(
            provider
                .map(p -> p.weights(folder).map(w -> parts(w, folder.config(), p.names())))
                .orElseGet(() -> Optional.of(parts(folder.weights(), folder.config(), null)))
                .orElse(List.of()));
    provider.ifPresent(
        p -> p.partFolders(folder).forEach((role, path) -> parts.add(part(role, path))));
    boolean supported =
        provider.isPresent()
            || DualEncoders.find(folder).isPresent()
            || OpenVocabularyDetectors.find(type).isPresent()
            || ObjectDetectors.find(folder.config()).isPresent()
            || RegionQuestionAnswerers.find(folder).isPresent();
    return new ModelSummary(folder.path(), type, supported, parts);
  }

  /** Number of weights of all parts. */
  public long parameters() {
    return parts.stream().mapToLong(Part::parameters).sum();
  }

  private static Part part(String role, Path path) {
    AdaptedPath adapted = AdaptedPath.of(path);
    String type =
        adapted.isGguf() ? "gguf" : ModelFolder.open(path).config().getString("model_type");
    Counter counter = new Counter();
    WeightSource weights = WeightSources.open(adapted.base());
    weights.names().forEach(name -> counter.add(weights.info(name)));
    return counter.toPart(role, type);
  }

  private static List<Part> parts(WeightSource weights, JsonNode config, NameMap names) {
    Map<String, Counter> counters = new LinkedHashMap<>();
    for (String name : weights.names()) {
      String role = names == null ? "model" : role(names, name);
      counters.computeIfAbsent(role, r -> new Counter()).add(weights.info(name));
    }
    List<Part> parts = new ArrayList<>();
    counters.forEach((role, counter) -> parts.add(counter.toPart(role, type(config, role))));
    return parts;
  }

  private static String role(NameMap names, String name) {
    String ours = names.map(name).map(NameMap.Target::name).orElse("");
    return ROLES.stream().filter(role -> ours.startsWith(role + ".")).findFirst().orElse("other");
  }

  private static String type(JsonNode config, String role) {
    return switch (role) {
      case "encoder" -> config.objectOrEmpty("vision_config").getString("model_type", "vision");
      case "language_model" -> config.objectOrEmpty("text_config").getString("model_type", "text");
      case "connector" -> "projection";
      default -> config.getString("model_type");
    };
  }

  private static final class Counter {
    private long parameters;
    private final TreeSet<String> dtypes = new TreeSet<>();
    private final Set<DType> floatTypes = EnumSet.noneOf(DType.class);

    void add(TensorInfo info) {
      parameters += info.elements();
      dtypes.add(info.type());
      if (info.shape().size() > 1) { // norms and biases are float32 in any case
        floatTypes.add(info.floatType());
      }
    }

    Part toPart(String role, String type) {
      return new Part(role, type, parameters, List.copyOf(dtypes), Set.copyOf(floatTypes));
    }
  }
}
