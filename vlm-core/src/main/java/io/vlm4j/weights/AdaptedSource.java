package io.vlm4j.weights;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A checkpoint with a LoRA adapter merged into it: W' = W + scale B A, in float32, as each tensor
 * is loaded. Tensors without an adapter come as the checkpoint holds them.
 */
public final class AdaptedSource implements WeightSource {
  /** PEFT's configuration of an adapter. */
  public static final String CONFIG = "adapter_config.json";

  private static final Pattern NAME =
      Pattern.compile("(.+)\\.(lora_A|lora_B|lora_embedding_A|lora_embedding_B)(\\.\\w+)*");
  // What wraps the layers differs between layouts and ages of the hub's classes.
  private static final Pattern WRAPPERS =
      Pattern.compile("\\b(model|language_model|transformer)\\.");

  private final WeightSource base;
  private final WeightSource adapter;
  private final LoraConfig config;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();
  private final Map<String, String> replaced = new LinkedHashMap<>();

  private AdaptedSource(WeightSource base, WeightSource adapter, LoraConfig config) {
    this.base = base;
    this.adapter = adapter;
    this.config = config;
  }

  /**
   * Puts a PEFT folder's adapter onto a checkpoint; only headers are read.
   *
   * @throws InvalidModelException if it is none, or one of its tensors fits no weight
   */
  public static AdaptedSource of(WeightSource base, Path folder) {
    if (!Files.exists(folder.resolve(CONFIG))) {
      throw new InvalidModelException(folder + " has no " + CONFIG);
    }
    LoraConfig config = new LoraConfig(JsonNode.read(folder.resolve(CONFIG)));
    Path safetensors = folder.resolve("adapter_model.safetensors");
    Path file = Files.exists(safetensors) ? safetensors : folder.resolve("adapter_model.bin");
    if (!Files.exists(file)) {
      throw new InvalidModelException(
          folder + " has neither adapter_model.safetensors nor adapter_model.bin");
    }
    AdaptedSource adapted = new AdaptedSource(base, WeightSources.open(file), config);
    adapted.match();
    return adapted;
  }

  /**
   * Puts an adapter onto a checkpoint, under PEFT's names.
   *
   * @param config as in {@link #CONFIG}
   * @throws InvalidModelException if one of its tensors fits no weight
   */
  public static AdaptedSource of(WeightSource base, WeightSource adapter, JsonNode config) {
    AdaptedSource adapted = new AdaptedSource(base, adapter, new LoraConfig(config));
    adapted.match();
    return adapted;
  }

  private void match() {
    Map<String, List<String>> weights =
        base.names().stream().collect(Collectors.groupingBy(AdaptedSource::unwrapped));
    for (String name : adapter.names()) {
      Matcher lora = NAME.matcher(name);
      if (!lora.matches()) {
        String target = target(name, plain(name), weights);
        requireShape(name, base.info(target).shape());
        replaced.put(target, name);
      } else if (lora.group(2).endsWith("_A")) {
        String module = plain(lora.group(1));
        String target = target(name, module + ".weight", weights);
        Pair pair = new Pair(module, name, name.replaceFirst("_A(?=(\\.\\w+)*$)", "_B"));
        requireShapes(pair, target);
        pairs.put(target, pair);
      } else if (!adapter.names().contains(name.replaceFirst("_B(?=(\\.\\w+)*$)", "_A"))) {
        throw new InvalidModelException(adapter.origin() + ": " + name + " has no lora_A");
      }
    }
    if (pairs.isEmpty() && replaced.isEmpty()) {
      throw new InvalidModelException(adapter.origin() + " holds no adapter");
    }
  }

  private static String plain(String name) {
    return name.replaceFirst("^base_model\\.model\\.", "")
        .replace(".base_layer", "")
        .replaceFirst("\\.modules_to_save(\\.default)?", "");
  }

  private static String unwrapped(String name) {
    return WRAPPERS.matcher(name).replaceAll("");
  }

  private String target(String name, String wanted, Map<String, List<String>> weights) {
    if (base.names().contains(wanted)) {
      return wanted;
    }
    List<String> found = weights.getOrDefault(unwrapped(wanted), List.of());
    if (found.size() != 1) {
      throw new InvalidModelException(
          adapter.origin()
              + ": "
              + Names.shown(name)
              + (found.isEmpty() ? " finds no weight in " : " finds several weights in ")
              + base.origin());
    }
    return found.get(0);
  }

  private void requireShapes(Pair pair, String target) {
    if (!adapter.names().contains(pair.b)) {
      throw new InvalidModelException(adapter.origin() + ": " + pair.a + " has no lora_B");
    }
    List<Long> weight = base.info(target).shape();
    if (weight.size() != 2) {
      throw new InvalidModelException(
          adapter.origin() + ": " + pair.a + " adapts " + base.info(target) + ", no matrix");
    }
    long rank = config.rank(pair.module);
    int out = pair.transposed() ? 1 : 0;
    requireShape(pair.a, List.of(rank, weight.get(1 - out)));
    requireShape(pair.b, List.of(weight.get(out), rank));
  }

  private void requireShape(String name, List<Long> shape) {
    if (!adapter.info(name).shape().equals(shape)) {
      throw new InvalidModelException(
          adapter.origin() + ": " + adapter.info(name) + "; expected " + shape);
    }
  }

  @Override
  public Set<String> names() {
    return base.names();
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = base.info(name);
    boolean same = !pairs.containsKey(name) && !replaced.containsKey(name);
    return same || !info.isBlockwise()
        ? info
        : new TensorInfo(name, "F32", info.shape(), info.elements() * Float.BYTES);
  }

  @Override
  public Tensor load(String name) {
    Pair pair = pairs.get(name);
    if (pair == null && !replaced.containsKey(name)) {
      return base.load(name);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight =
          replaced.containsKey(name)
              ? matrix(replaced.get(name))
              : base.load(name).to(DType.FLOAT32);
      return scope.keep(pair == null ? weight : weight.add(pair.difference()).contiguous());
    }
  }

  private Tensor matrix(String name) {
    Tensor matrix = adapter.load(name).to(DType.FLOAT32);
    // Each element times 0 is 0, or it is no finite number; the elements stay in native memory.
    float sum = KernelLibrary.shared().call("sum", matrix.mul(0)).toFloats()[0];
    if (Float.isNaN(sum)) {
      throw new InvalidModelException(
          adapter.origin() + ": " + Names.shown(name) + " holds NaN or infinity");
    }
    return matrix;
  }

  @Override
  public String origin() {
    return base.origin();
  }

  /** The two matrices of a module: A of rank x in, B of out x rank. */
  private final class Pair {
    private final String module;
    private final String a;
    private final String b;

    Pair(String module, String a, String b) {
      this.module = module;
      this.a = a;
      this.b = b;
    }

    /** The weight lies in x out: embeddings, and GPT-2's layers. */
    boolean transposed() {
      return a.contains(".lora_embedding_A") || config.fanInFanOut();
    }

    Tensor difference() {
      Tensor product = matrix(b).matmul(matrix(a)).mul(config.scale(module));
      return transposed() ? product.transpose(0, 1) : product;
    }
  }
}
