package io.vlm4j.weights;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  private final List<String> homeless = new ArrayList<>();
  private final List<String> ambiguous = new ArrayList<>();

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
    return of(base, Optional::of, folder);
  }

  /**
   * As {@link #of(WeightSource, Path)}, onto a checkpoint with names of its own.
   *
   * @param hubNames from the checkpoint's names to those that the adapter was trained with; nothing
   *     for tensors that take no adapter
   */
  public static AdaptedSource of(
      WeightSource base, Function<String, Optional<String>> hubNames, Path folder) {
    return open(base, hubNames, folder).requireFit();
  }

  /**
   * As above, with an adapter that lies in memory.
   *
   * @param adapter under PEFT's names
   * @param config as in {@link #CONFIG}
   */
  public static AdaptedSource of(
      WeightSource base,
      Function<String, Optional<String>> hubNames,
      WeightSource adapter,
      JsonNode config) {
    return new AdaptedSource(base, adapter, new LoraConfig(config)).match(hubNames).requireFit();
  }

  /**
   * The tensors of an adapter that find no weight by their names, or several; none if it is one for
   * this checkpoint.
   *
   * @param hubNames as for {@link #of(WeightSource, Function, Path)}
   * @throws InvalidModelException if there is no adapter
   */
  public static List<String> misfits(
      WeightSource base, Function<String, Optional<String>> hubNames, Path folder) {
    AdaptedSource adapted = open(base, hubNames, folder);
    return Stream.of(adapted.homeless, adapted.ambiguous).flatMap(List::stream).toList();
  }

  private static AdaptedSource open(
      WeightSource base, Function<String, Optional<String>> hubNames, Path folder) {
    if (!Files.exists(folder.resolve(CONFIG))) {
      throw new InvalidModelException(folder + " is no adapter: it has no " + CONFIG);
    }
    LoraConfig config = new LoraConfig(JsonNode.read(folder.resolve(CONFIG)));
    Path safetensors = folder.resolve("adapter_model.safetensors");
    Path file = Files.exists(safetensors) ? safetensors : folder.resolve("adapter_model.bin");
    if (!Files.exists(file)) {
      throw new InvalidModelException(
          folder + " has neither adapter_model.safetensors nor adapter_model.bin");
    }
    return new AdaptedSource(base, WeightSources.open(file), config).match(hubNames);
  }

  private AdaptedSource match(Function<String, Optional<String>> hubNames) {
    Map<String, String> exact = new HashMap<>();
    base.names().forEach(name -> hubNames.apply(name).ifPresent(hub -> exact.put(hub, name)));
    Map<String, List<String>> unwrapped =
        exact.keySet().stream().collect(Collectors.groupingBy(AdaptedSource::unwrapped));
    for (String name : adapter.names()) {
      Matcher lora = NAME.matcher(name);
      boolean whole = !lora.matches();
      if (!whole && lora.group(2).endsWith("_B")) {
        requirePresent(name, name.replaceFirst("_B(?=(\\.\\w+)*$)", "_A"), "lora_A");
        continue;
      }
      String module = plain(whole ? name : lora.group(1));
      String wanted = whole ? module : module + ".weight";
      List<String> found =
          exact.containsKey(wanted)
              ? List.of(wanted)
              : unwrapped.getOrDefault(unwrapped(wanted), List.of());
      if (found.size() != 1) {
        (found.isEmpty() ? homeless : ambiguous).add(name);
      } else if (whole) {
        requireFirst(name, replaced.put(exact.get(found.get(0)), name));
      } else {
        String b = name.replaceFirst("_A(?=(\\.\\w+)*$)", "_B");
        requirePresent(name, b, "lora_B");
        Pair other = pairs.put(exact.get(found.get(0)), new Pair(module, name, b));
        requireFirst(name, other == null ? null : other.a);
      }
    }
    if (adapter.names().isEmpty()) {
      throw new InvalidModelException(adapter.origin() + " holds no adapter");
    }
    return this;
  }

  private AdaptedSource requireFit() {
    requireTargets(homeless, "no weight");
    requireTargets(ambiguous, "several weights");
    pairs.forEach((target, pair) -> requireShapes(pair, target));
    replaced.forEach((target, name) -> requireShape(name, base.info(target).shape()));
    return this;
  }

  private void requirePresent(String name, String other, String what) {
    if (!adapter.names().contains(other)) {
      throw new InvalidModelException(
          adapter.origin() + ": " + Names.shown(name) + " has no " + what);
    }
  }

  private void requireFirst(String name, String other) {
    if (other != null) {
      throw new InvalidModelException(
          "%s: %s and %s are for one weight"
              .formatted(adapter.origin(), Names.shown(other), Names.shown(name)));
    }
  }

  private void requireTargets(List<String> misfits, String found) {
    if (!misfits.isEmpty()) {
      throw new InvalidModelException(
          "%s: %s in %s for %s"
              .formatted(adapter.origin(), found, base.origin(), Names.listed(misfits)));
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

  private void requireShapes(Pair pair, String target) {
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
  public Set<String> adapted() {
    return Stream.of(pairs.keySet(), replaced.keySet())
        .flatMap(Set::stream)
        .collect(Collectors.toUnmodifiableSet());
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
