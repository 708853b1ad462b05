package io.vlm4j.tensor;

import io.vlm4j.error.InvalidOptionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where tensors live and are computed.
 *
 * @param type {@code cpu} or {@code cuda}
 * @param index which of the devices of that type; 0 for the CPU
 */
public record Device(String type, int index) {
  /** The CPU. */
  public static final Device CPU = new Device("cpu", 0);

  private static final Pattern NAME = Pattern.compile("cpu|cuda(?::(\\d{1,3}))?");

  /** The CUDA device of that number, from 0. */
  public static Device cuda(int index) {
    return new Device("cuda", index);
  }

  /** Reads {@code cpu}, {@code cuda} or {@code cuda:N}. */
  public static Device parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new InvalidOptionException(
          "device '" + name + "' is none of cpu, cuda, cuda:N (N from 0)");
    }
    if (name.equals("cpu")) {
      return CPU;
    }
    return cuda(matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)));
  }

  /** True for the CPU. */
  public boolean isCpu() {
    return type.equals("cpu");
  }

  @Override
  public String toString() {
    return isCpu() ? type : type + ":" + index;
  }
}
