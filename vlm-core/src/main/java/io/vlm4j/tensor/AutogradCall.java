package io.vlm4j.tensor;

import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * A call of a script method outside of inference mode. DJL's native function has a flag for that;
 * its public method for arguments other than arrays, {@link IValueUtils#runMethod}, never sets it.
 */
final class AutogradCall {
  private static final MethodHandle RUN_METHOD;
  private static final MethodHandle NEW_VALUE;

  static {
    try {
      Lookup lookup = MethodHandles.privateLookupIn(IValueUtils.class, MethodHandles.lookup());
      Class<?> library = lookup.findClass("ai.djl.pytorch.jni.PyTorchLibrary");
      Object instance = lookup.findStaticGetter(library, "LIB", library).invoke();
      MethodType runMethod =
          MethodType.methodType(
              long.class, long.class, String.class, long[].class, boolean.class, boolean.class);
      RUN_METHOD = lookup.findVirtual(library, "moduleRunMethod", runMethod).bindTo(instance);
      NEW_VALUE =
          lookup.findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
    } catch (Throwable e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private AutogradCall() {}

  static IValue run(PtSymbolBlock module, String method, IValue... arguments) {
    long[] handles = Arrays.stream(arguments).mapToLong(IValue::getHandle).toArray();
    try {
      long result =
          (long) RUN_METHOD.invoke(module.getHandle().longValue(), method, handles, true, false);
      return (IValue) NEW_VALUE.invoke(result);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
