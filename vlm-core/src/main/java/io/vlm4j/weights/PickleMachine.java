package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.DType;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a pickle that may do nothing but build containers, numbers, texts and tensors. What else a
 * pickle calls is refused by name and never run. Source: Python's pickletools.
 */
final class PickleMachine {
  private static final Map<String, DType> STORAGES =
      Map.of(
          "FloatStorage", DType.FLOAT32,
          "HalfStorage", DType.FLOAT16,
          "BFloat16Storage", DType.BFLOAT16,
          "DoubleStorage", DType.FLOAT64,
          "LongStorage", DType.INT64,
          "IntStorage", DType.INT32,
          "ShortStorage", DType.INT16,
          "CharStorage", DType.INT8,
          "ByteStorage", DType.UINT8,
          "BoolStorage", DType.BOOL);

  private static final Object MARK = new Object();

  private final ByteBuffer code;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  PickleMachine(byte[] pickle) {
    code = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Elements of one type under a key of the archive. */
  record Storage(DType dtype, String key, long elements) {}

  /** A view of a storage. */
  record View(Storage storage, long offset, List<Long> size, List<Long> stride) {}

  private record Global(String module, String name) {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  private record Tuple(List<Object> items) {}

  /**
   * What the pickle builds: maps, lists, {@link View}s and the like.
   *
   * @throws InvalidModelException if it is damaged or calls what a checkpoint has no need of
   */
  Object run() {
    try {
      while (true) {
        int operation = Byte.toUnsignedInt(code.get());
        if (operation == '.') {
          return pop();
        }
        step(operation);
      }
    } catch (InvalidModelException e) {
      throw e;
    } catch (RuntimeException e) { // a buffer, stack or cast that a sound pickle never misses
      throw new InvalidModelException("damaged pickle at byte " + code.position(), e);
    }
  }

  private void step(int operation) {
    switch (operation) {
      case 0x80 -> code.get(); // protocol
      case 0x95 -> code.getLong(); // frame
      case '}' -> push(new LinkedHashMap<>());
      case ']' -> push(new ArrayList<>());
      case ')' -> push(new Tuple(List.of()));
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) Byte.toUnsignedInt(code.get()));
      case 'M' -> push((long) Short.toUnsignedInt(code.getShort()));
      case 'J' -> push((long) code.getInt());
      case 0x8a -> push(longOf(bytes(Byte.toUnsignedInt(code.get()))));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(code.getLong())));
      case 'X', 'T' -> push(text(code.getInt()));
      case 0x8c, 'U' -> push(text(Byte.toUnsignedInt(code.get())));
      case 0x8d -> push(text(Math.toIntExact(code.getLong())));
      case 'B' -> push(bytes(code.getInt()));
      case 'C' -> push(bytes(Byte.toUnsignedInt(code.get())));
      case '(' -> {
        marks.push(stack.size());
        stack.add(MARK);
      }
      case '0' -> pop();
      case '2' -> push(stack.get(stack.size() - 1));
      case 't' -> push(new Tuple(sinceMark()));
      case 0x85 -> push(new Tuple(last(1)));
      case 0x86 -> push(new Tuple(last(2)));
      case 0x87 -> push(new Tuple(last(3)));
      case 'a' -> append(last(1));
      case 'e' -> append(sinceMark());
      case 's' -> put(last(2));
      case 'u' -> put(sinceMark());
      case 'q' -> memo.put(Byte.toUnsignedInt(code.get()), top());
      case 'r' -> memo.put(code.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(remembered(Byte.toUnsignedInt(code.get())));
      case 'j' -> push(remembered(code.getInt()));
      case 'c' -> push(global(line(), line()));
      case 0x93 -> {
        List<Object> names = last(2);
        push(global((String) names.get(0), (String) names.get(1)));
      }
      case 'Q' -> push(storage(((Tuple) pop()).items));
      case 'R' -> {
        List<Object> call = last(2);
        push(call((Global) call.get(0), ((Tuple) call.get(1)).items));
      }
      case 'b' -> build(last(2));
      default ->
          throw new InvalidModelException(
              String.format("pickle operation 0x%02x has no place in a checkpoint", operation));
    }
  }

  /** Names what may be called, and refuses all else before anything is done with it. */
  private static Global global(String module, String name) {
    Global global = new Global(module, name);
    boolean known =
        switch (global.toString()) {
          case "collections.OrderedDict",
              "torch.Size",
              "torch._utils._rebuild_tensor",
              "torch._utils._rebuild_tensor_v2",
              "torch._utils._rebuild_parameter" ->
              true;
          default -> module.equals("torch") && STORAGES.containsKey(name);
        };
    if (!known) {
      throw new InvalidModelException(
          "the pickle calls "
              + Names.shown(global.toString())
              + ", which has no place in a checkpoint and may be malicious; it was not run");
    }
    return global;
  }

  private static Object call(Global global, List<Object> arguments) {
    return switch (global.name) {
      case "OrderedDict" -> orderedDict(arguments);
      case "Size" -> arguments.get(0);
      case "_rebuild_parameter" -> (View) arguments.get(0);
      case "_rebuild_tensor", "_rebuild_tensor_v2" ->
          new View(
              (Storage) arguments.get(0),
              (Long) arguments.get(1),
              longs(arguments.get(2)),
              longs(arguments.get(3)));
      default -> throw new InvalidModelException("the pickle calls " + global);
    };
  }

  private static Map<Object, Object> orderedDict(List<Object> arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : (List<?>) arguments.get(0)) {
        List<?> items = pair instanceof Tuple tuple ? tuple.items : (List<?>) pair;
        map.put(key(items.get(0)), items.get(1));
      }
    }
    return map;
  }

  private static Storage storage(List<Object> id) {
    Global type = (Global) id.get(1);
    DType dtype = STORAGES.get(type.name);
    if (!"storage".equals(id.get(0)) || dtype == null) {
      throw new InvalidModelException("the pickle names a storage of unknown type " + type);
    }
    return new Storage(dtype, (String) id.get(2), (Long) id.get(4));
  }

  /** Only the attributes of an ordered dictionary are set, and they are of no interest. */
  private void build(List<Object> objectAndState) {
    Map<?, ?> object = (Map<?, ?>) objectAndState.get(0);
    push(object);
  }

  private void append(List<Object> items) {
    @SuppressWarnings("unchecked") // lists are made here only
    List<Object> list = (List<Object>) top();
    list.addAll(items);
  }

  private void put(List<Object> keysAndValues) {
    @SuppressWarnings("unchecked") // maps are made here only
    Map<Object, Object> map = (Map<Object, Object>) top();
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      map.put(key(keysAndValues.get(i)), keysAndValues.get(i + 1));
    }
  }

  /** Keys with a cheap hash; containers as keys could be made to take forever. */
  private static Object key(Object key) {
    if (key instanceof String || key instanceof Long || key instanceof Boolean) {
      return key;
    }
    throw new InvalidModelException("a key of the pickle is neither text nor number");
  }

  private Object remembered(int place) {
    if (!memo.containsKey(place)) {
      throw new InvalidModelException("the pickle remembers nothing under " + place);
    }
    return memo.get(place);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private List<Object> last(int count) {
    List<Object> end = stack.subList(stack.size() - count, stack.size());
    List<Object> items = new ArrayList<>(end);
    end.clear();
    return items;
  }

  private List<Object> sinceMark() {
    int mark = marks.pop();
    List<Object> items = last(stack.size() - mark);
    return items.subList(1, items.size());
  }

  private static List<Long> longs(Object tuple) {
    List<?> items = tuple instanceof Tuple t ? t.items : (List<?>) tuple;
    return items.stream().map(Long.class::cast).toList();
  }

  private static long longOf(byte... littleEndian) {
    byte[] bigEndian = new byte[littleEndian.length + 1];
    for (int i = 0; i < littleEndian.length; i++) {
      bigEndian[littleEndian.length - i] = littleEndian[i];
    }
    bigEndian[0] = (byte) (littleEndian.length > 0 && bigEndian[1] < 0 ? -1 : 0);
    return new BigInteger(bigEndian).longValueExact();
  }

  private byte[] bytes(int length) {
    if (length < 0 || length > code.remaining()) {
      throw new InvalidModelException("the pickle ends early");
    }
    byte[] bytes = new byte[length];
    code.get(bytes);
    return bytes;
  }

  private String text(int length) {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (byte b = code.get(); b != '\n'; b = code.get()) {
      line.append((char) b);
    }
    return line.toString();
  }
}
