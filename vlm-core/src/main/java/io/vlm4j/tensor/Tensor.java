package io.vlm4j.tensor;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.vlm4j.error.TensorException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An immutable array of numbers in native memory. Operations make new tensors, which belong to the
 * thread's {@link TensorScope}; views share memory with their source and keep it alive.
 */
public final class Tensor extends NativeHandle {
  private long[] shape;
  private DType dtype;

  Tensor(IValue value) {
    super(value);
  }

  /** A float32 tensor with a copy of the values, in row-major order. */
  public static Tensor of(float[] values, long... shape) {
    return create(FloatBuffer.wrap(values), values.length, DType.FLOAT32, shape);
  }

  /** An int64 tensor with a copy of the values. */
  public static Tensor of(long[] values, long... shape) {
    return create(LongBuffer.wrap(values), values.length, DType.INT64, shape);
  }

  /** A vector of token ids, int64 [T]. */
  public static Tensor ofIds(int... ids) {
    return of(Arrays.stream(ids).asLongStream().toArray(), ids.length);
  }

  /**
   * A view of a file's bytes, memory-mapped: nothing is read until it is used. The mapping ends
   * when the last view of it is freed.
   *
   * @param offset first byte in the file; the caller has checked that the file is long enough
   */
  public static Tensor mapFile(Path file, long offset, DType dtype, long... shape) {
    long length = Math.multiplyExact(elements(shape), dtype.bytes());
    try (TensorScope scope = TensorScope.open()) {
      if (length == 0) {
        return scope.keep(of(new float[0], shape).to(dtype));
      }
      Tensor all = call("map_file", file.toString(), Math.addExact(offset, length));
      Tensor bytes = call("slice_bytes", all, offset, length);
      if (offset % dtype.bytes() != 0) { // old writers did not pad the header
        bytes = call("copy", bytes);
      }
      return scope.keep(call("reinterpret", bytes, dtype.scalarType(), dtype.bytes(), shape));
    }
  }

  /** The lengths of the dimensions, outermost first. */
  public long[] shape() {
    return knownShape().clone();
  }

  /** The length of one dimension; negative numbers count from the end. */
  public int size(int dimension) {
    long[] known = knownShape();
    return Math.toIntExact(known[dimension < 0 ? known.length + dimension : dimension]);
  }

  /** The number of dimensions. */
  public int rank() {
    return knownShape().length;
  }

  /** The element type. */
  public synchronized DType dtype() {
    if (dtype == null) {
      dtype = DType.ofScalarType(KernelLibrary.shared().callLong("dtype", this));
    }
    return dtype;
  }

  /** The same elements under another shape; one dimension may be -1. */
  public Tensor view(long... newShape) {
    return call("view", this, newShape);
  }

  /** Elements {@code start} to {@code start + length} of one dimension. */
  public Tensor narrow(int dimension, long start, long length) {
    return call("narrow", this, dimension, start, length);
  }

  /** Two dimensions exchanged. */
  public Tensor transpose(int a, int b) {
    return call("transpose", this, a, b);
  }

  /** The dimensions in another order. */
  public Tensor permute(long... dimensions) {
    return call("permute", this, dimensions);
  }

  /** Dimensions of length 1 repeated without copying; -1 leaves a dimension as it is. */
  public Tensor expand(long... newShape) {
    return call("expand", this, newShape);
  }

  /** The chosen rows of one dimension. */
  public Tensor select(int dimension, Tensor index) {
    return call("index_select", this, dimension, index);
  }

  /** This tensor in row-major order. */
  public Tensor contiguous() {
    return call("contiguous", this);
  }

  /** A copy with its own memory. */
  public Tensor copy() {
    return call("copy", this);
  }

  /** This tensor with another element type; itself if it has that type. */
  public Tensor to(DType type) {
    return dtype() == type ? this : call("to_dtype", this, type.scalarType());
  }

  /** This tensor on a device; itself, as another handle, if it is there already. */
  public Tensor to(Device device) {
    return call("to_device", this, device.toString());
  }

  /** The same bytes as another element type. */
  public Tensor reinterpret(DType type, long... newShape) {
    return call("reinterpret", this, type.scalarType(), type.bytes(), newShape);
  }

  /** Element-wise sum, with broadcasting. */
  public Tensor add(Tensor other) {
    return call("add", this, other);
  }

  /** Element-wise product, with broadcasting. */
  public Tensor mul(Tensor other) {
    return call("mul", this, other);
  }

  /** Every element times a factor. */
  public Tensor mul(double factor) {
    return call("scale", this, factor);
  }

  /** Matrix product of the last two dimensions. */
  public Tensor matmul(Tensor other) {
    return call("matmul", this, other);
  }

  /** Softmax over the last dimension. */
  public Tensor softmax() {
    return call("softmax", this);
  }

  /** Tensors joined along a dimension. */
  public static Tensor cat(int dimension, Tensor... tensors) {
    return call("cat", tensors, dimension);
  }

  /** The elements as float32, in row-major order. */
  public float[] toFloats() {
    try (TensorScope scope = TensorScope.open();
        PtNDArray array = array(to(DType.FLOAT32).contiguous())) {
      return array.toFloatArray();
    }
  }

  /** The elements of an integer or boolean tensor as int64, in row-major order. */
  public long[] toLongs() {
    try (TensorScope scope = TensorScope.open();
        PtNDArray array = array(to(DType.INT64).contiguous())) {
      return array.toLongArray();
    }
  }

  /** The elements of an integer tensor as int32, in row-major order. */
  public int[] toInts() {
    return Arrays.stream(toLongs()).mapToInt(Math::toIntExact).toArray();
  }

  /** The bytes of the elements in row-major order, little-endian. */
  public ByteBuffer toBytes() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor flat = to(Device.CPU).contiguous();
      int length = Math.toIntExact(elements(flat.shape()) * dtype().bytes());
      // Eight bytes a number where they divide by that. The copy begins at a multiple of 8, which
      // the place in a whole tensor may not.
      DType carrier = length % Long.BYTES == 0 ? DType.INT64 : DType.UINT8;
      long[] values = flat.copy().reinterpret(carrier, length / carrier.bytes()).toLongs();
      ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      for (long value : values) {
        if (carrier == DType.INT64) {
          buffer.putLong(value);
        } else {
          buffer.put((byte) value);
        }
      }
      return buffer.flip();
    }
  }

  @Override
  public String toString() {
    return isOpen() ? dtype() + Arrays.toString(knownShape()) : "closed tensor";
  }

  /** The number of elements of a shape. */
  public static long elements(long... shape) {
    long count = 1;
    for (long length : shape) {
      count = Math.multiplyExact(count, length);
    }
    return count;
  }

  private synchronized long[] knownShape() {
    if (shape == null) {
      shape = KernelLibrary.shared().callLongs("shape", this);
    }
    return shape;
  }

  private static Tensor create(Buffer values, int length, DType dtype, long... shape) {
    if (elements(shape) != length) {
      throw new TensorException(length + " values do not fill the shape " + Arrays.toString(shape));
    }
    PtNDManager manager = KernelLibrary.shared().manager();
    // The array may borrow its buffer's memory, which the garbage collector can free: copy it.
    try (PtNDArray array = manager.create(values, new Shape(shape), toDjl(dtype));
        TensorScope scope = TensorScope.open()) {
      return scope.keep(new Tensor(IValue.from(array)).copy());
    }
  }

  /** An int32 tensor with a copy of the values. */
  public static Tensor of(int[] values, long... shape) {
    return create(IntBuffer.wrap(values), values.length, DType.INT32, shape);
  }

  private static ai.djl.ndarray.types.DataType toDjl(DType dtype) {
    return switch (dtype) {
      case INT32 -> ai.djl.ndarray.types.DataType.INT32;
      case INT64 -> ai.djl.ndarray.types.DataType.INT64;
      default -> ai.djl.ndarray.types.DataType.FLOAT32;
    };
  }

  private static PtNDArray array(Tensor tensor) {
    return tensor.value().toTensor(KernelLibrary.shared().manager());
  }

  private static Tensor call(String method, Object... arguments) {
    return KernelLibrary.shared().call(method, arguments);
  }
}
