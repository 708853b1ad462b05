package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.tensor.NativeHandle;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test, and a class of tests, that ends with another number of native handles than it began
 * with. A class may hold handles that all its tests share, if it closes them after the last.
 */
public final class LeakCheck
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    count(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    count(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    requireAsBefore(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    requireAsBefore(context);
  }

  /** A class and each of its tests have contexts, and so counts, of their own. */
  private static void count(ExtensionContext context) {
    context.getStore(NAMESPACE).put(context.getUniqueId(), NativeHandle.liveCount());
  }

  private static void requireAsBefore(ExtensionContext context) {
    long before = context.getStore(NAMESPACE).get(context.getUniqueId(), Long.class);
    assertEquals(
        before, NativeHandle.liveCount(), () -> "live handles after " + context.getDisplayName());
  }
}
