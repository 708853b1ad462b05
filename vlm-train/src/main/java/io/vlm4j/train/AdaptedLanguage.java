package io.vlm4j.train;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.AdaptedSource;
import io.vlm4j.weights.TensorInfo;
import io.vlm4j.weights.WeightSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A frozen language model with a LoRA adapter that learns. The adapter is merged as it is when a
 * model is opened, W + scale B A, and the gradients go through the sum.
 */
final class AdaptedLanguage implements RemadeLanguage {
  /** Matrices of the vocabulary, which no adapter is put beside unless they are named. */
  private static final Set<String> VOCABULARY =
      Set.of("embed_tokens", "wte", "wpe", "lm_head", "word_embeddings", "embed_in", "embed_out");

  private static final String WEIGHT = ".weight";

  private final LanguageFiles files;
  private final LanguageTuning.Lora lora;
  private final long seed;
  private final TensorScope scope;
  private final WeightSource base;
  private final Map<String, TensorInfo> targets = new TreeMap<>();

  private AdaptedLanguage(
      LanguageFiles files, LanguageTuning.Lora lora, long seed, TensorScope scope) {
    this.files = files;
    this.lora = lora;
    this.seed = seed;
    this.scope = scope;
    this.base = new HeldWeights(files.held(), files.weights().origin());
    for (String name : base.names()) {
      files
          .hubName(name)
          .filter(hub -> hub.endsWith(WEIGHT) && base.info(name).shape().size() == 2)
          .map(hub -> hub.substring(0, hub.length() - WEIGHT.length()))
          .filter(module -> isTarget(last(module)))
          .ifPresent(module -> targets.put(module, base.info(name)));
    }
    for (String wanted : lora.targets()) {
      if (!targetNames().contains(wanted)) {
        throw new InvalidModelException(
            base.origin() + " has no matrix " + wanted + " to put an adapter beside");
      }
    }
  }

  private boolean isTarget(String name) {
    return lora.targets().isEmpty() ? !VOCABULARY.contains(name) : lora.targets().contains(name);
  }

  private static String last(String module) {
    return module.substring(module.lastIndexOf('.') + 1);
  }

  static AdaptedLanguage open(Path path, LanguageTuning.Lora lora, long seed) {
    return of(LanguageFiles.open(path).requireUnadapted(), lora, seed);
  }

  /**
   * Puts an adapter beside a model.
   *
   * @param files closed with the result
   */
  static AdaptedLanguage of(LanguageFiles files, LanguageTuning.Lora lora, long seed) {
    try {
      return TensorScope.owning(scope -> new AdaptedLanguage(files, lora, seed, scope));
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** GPT-2's matrices lie the other way round. */
  private boolean fanInFanOut() {
    return files.config().getString("model_type").equals("gpt2");
  }

  private List<String> targetNames() {
    return targets.keySet().stream().map(AdaptedLanguage::last).distinct().sorted().toList();
  }

  @Override
  public LanguageFiles files() {
    return files;
  }

  @Override
  public Map<String, Tensor> start() {
    NewWeights weights = new NewWeights(seed);
    targets.forEach(
        (module, info) -> {
          int in = Math.toIntExact(info.shape().get(fanInFanOut() ? 0 : 1));
          int out = Math.toIntExact(info.shape().get(fanInFanOut() ? 1 : 0));
          weights.lowRank(PREFIX + "base_model.model." + module, in, out, lora.rank());
        });
    return weights.made();
  }

  @Override
  public WeightSource weights(Parameters parameters) {
    return AdaptedSource.of(base, files::hubName, parameters.checkpoint(PREFIX), config(""));
  }

  @Override
  public String write(TrainingFolder folder, Parameters parameters) {
    return folder.writeAdapter(files.path(), this::config, parameters.below(PREFIX));
  }

  /** As PEFT writes it. */
  private JsonNode config(String basePath) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("peft_type", "LORA");
    values.put("task_type", "CAUSAL_LM");
    values.put("base_model_name_or_path", basePath);
    values.put("r", lora.rank());
    values.put("lora_alpha", lora.alpha());
    values.put("lora_dropout", 0.0);
    values.put("bias", "none");
    values.put("fan_in_fan_out", fanInFanOut());
    values.put("use_rslora", false);
    values.put("target_modules", targetNames());
    values.put("inference_mode", true);
    return JsonNode.of(values, "the adapter in training");
  }

  @Override
  public void close() {
    scope.close();
    files.close();
  }
}
