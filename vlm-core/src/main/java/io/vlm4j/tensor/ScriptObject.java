package io.vlm4j.tensor;

import ai.djl.pytorch.jni.IValue;

/** An instance of a class of the kernel sources: a layer with its weights, or a cache. */
public final class ScriptObject extends NativeHandle {
  ScriptObject(IValue value) {
    super(value);
  }
}
