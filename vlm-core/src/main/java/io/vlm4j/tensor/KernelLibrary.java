package io.vlm4j.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.TensorException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * The kernels: TorchScript methods, called by name. The sources are in {@code
 * io/vlm4j/tensor/kernels}; see the README there.
 *
 * <p>Arguments may be tensors, script objects, arrays of tensors, {@code int}, {@code long}, {@code
 * double}, {@code boolean}, {@code String}, {@code long[]} and {@code null} (None). Calls are
 * thread-safe and take 2 to 3 microseconds on top of what they compute.
 */
public final class KernelLibrary {
  private static volatile KernelLibrary shared;

  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final IValue none;

  /**
   * Settings that libtorch has for each thread. Without the graph executor's profiling, runs start
   * at once. DJL forbids gradients on the thread that starts it; {@link Autograd} decides instead.
   */
  private final ThreadLocal<Boolean> threadSettings =
      ThreadLocal.withInitial(
          () -> {
            JniUtils.setGraphExecutorOptimize(false);
            JniUtils.setGradMode(true);
            return true;
          });

  private KernelLibrary() {
    // Without this, DJL asks a cloud metadata address and its own servers at start-up.
    System.setProperty("ai.djl.offline", System.getProperty("ai.djl.offline", "true"));
    System.setProperty("OPT_OUT_TRACKING", System.getProperty("OPT_OUT_TRACKING", "true"));
    try {
      manager = (PtNDManager) NDManager.newBaseManager(ai.djl.Device.cpu(), "PyTorch");
      module =
          JniUtils.loadModule(
              manager, new ByteArrayInputStream(TorchScriptArchive.write()), true, false);
    } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
      throw new TensorException("cannot start the PyTorch engine: " + firstLine(e), e);
    }
    none = IValueUtils.runMethod(module, "none");
  }

  /** The one library of this JVM; the first call loads the engine. */
  public static KernelLibrary shared() {
    KernelLibrary library = shared;
    return library == null ? start() : library;
  }

  private static synchronized KernelLibrary start() {
    if (shared == null) {
      shared = new KernelLibrary();
    }
    return shared;
  }

  /** Calls a method that returns a tensor. */
  public Tensor call(String method, Object... arguments) {
    return new Tensor(run(method, arguments));
  }

  /** Calls a method that returns an instance of one of the kernel sources' classes. */
  public ScriptObject callObject(String method, Object... arguments) {
    return new ScriptObject(run(method, arguments));
  }

  /** Calls a method that returns a list of tensors. */
  public Tensor[] callTensors(String method, Object... arguments) {
    try (IValue list = run(method, arguments)) {
      return Arrays.stream(list.toIValueArray()).map(Tensor::new).toArray(Tensor[]::new);
    }
  }

  /** Calls a method that returns an integer. */
  public long callLong(String method, Object... arguments) {
    try (IValue number = run(method, arguments)) {
      return number.toLong();
    }
  }

  /** Calls a method that returns a list of integers. */
  public long[] callLongs(String method, Object... arguments) {
    try (IValue list = run(method, arguments)) {
      return list.toLongArray();
    }
  }

  /** How many threads one operator may use. */
  public int threads() {
    return JniUtils.getNumThreads();
  }

  /** Sets how many threads one operator may use, for the whole JVM. */
  public void setThreads(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new InvalidOptionException("threads is " + threads + "; allowed are 1 to 1024");
    }
    JniUtils.setNumThreads(threads);
  }

  /** Fails with a clear error if the device is not there. */
  public void requireDevice(Device device) {
    int count = Engine.getEngine("PyTorch").getGpuCount();
    if (!device.isCpu() && device.index() >= count) {
      throw new TensorException(
          "device "
              + device
              + " is not there: "
              + (count == 0
                  ? "no CUDA device was found by the PyTorch engine; use --device cpu"
                  : count + " CUDA device(s) were found, numbered from 0"));
    }
  }

  PtNDManager manager() {
    return manager;
  }

  private IValue run(String method, Object... arguments) {
    threadSettings.get();
    IValue[] values = new IValue[arguments.length];
    boolean[] temporary = new boolean[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        temporary[i] = !(arguments[i] instanceof NativeHandle) && arguments[i] != null;
        values[i] = toValue(arguments[i]);
      }
      return Autograd.isOn()
          ? AutogradCall.run(module, method, values)
          : IValueUtils.runMethod(module, method, values);
    } catch (ai.djl.engine.EngineException e) {
      throw new TensorException(method.replace('_', ' ') + ": " + firstLine(e), e);
    } finally {
      for (int i = 0; i < values.length; i++) {
        if (temporary[i] && values[i] != null) {
          values[i].close();
        }
      }
    }
  }

  private IValue toValue(Object argument) {
    if (argument instanceof NativeHandle handle) {
      return handle.value();
    } else if (argument == null) {
      return none;
    } else if (argument instanceof Integer || argument instanceof Long) {
      return IValue.from(((Number) argument).longValue());
    } else if (argument instanceof Double number) {
      return IValue.from(number);
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    } else if (argument instanceof String text) {
      return IValue.from(text);
    } else if (argument instanceof long[] numbers) {
      return IValue.listFrom(numbers);
    } else if (argument instanceof Tensor[] tensors) {
      return tensorList(tensors);
    }
    throw new IllegalArgumentException("no kernel takes a " + argument.getClass().getName());
  }

  private IValue tensorList(Tensor[] tensors) {
    PtNDArray[] arrays = new PtNDArray[tensors.length];
    try {
      for (int i = 0; i < tensors.length; i++) {
        arrays[i] = tensors[i].value().toTensor(manager);
      }
      return IValue.listFrom(arrays);
    } finally {
      for (PtNDArray array : arrays) {
        if (array != null) {
          array.close();
        }
      }
    }
  }

  /**
   * libtorch's messages carry a stack trace; the line that says what is wrong stands first or last.
   */
  private static String firstLine(Throwable error) {
    String message = String.valueOf(error.getMessage());
    return message
        .lines()
        .map(String::strip)
        .filter(line -> line.toLowerCase(Locale.ROOT).contains("error:"))
        .reduce((first, second) -> second)
        .or(() -> message.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst())
        .orElse(error.toString());
  }
}
