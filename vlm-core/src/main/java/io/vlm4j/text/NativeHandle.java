package io.vlm4j.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.VlmException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One tokenizer of the native Hugging Face library.
 *
 * <p>The library's JNI layer is called directly: the Java class above it copies seven arrays per
 * encoding where the ids are enough, and truncates by default. A panic in the native code aborts
 * the JVM, so {@link TokenizerJsonGuard} must have accepted the JSON, and a lock keeps {@link
 * #close} from freeing memory that another thread still reads.
 */
final class NativeHandle implements AutoCloseable {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private long handle;

  private NativeHandle(long handle) {
    this.handle = handle;
  }

  /**
   * @param tokenizerJson JSON that the guard accepted
   * @param origin what errors call it
   */
  static NativeHandle create(String tokenizerJson, String origin) {
    loadLibrary();
    try {
      long handle = TokenizersLibrary.LIB.createTokenizerFromString(tokenizerJson);
      TokenizersLibrary.LIB.disableTruncation(handle);
      TokenizersLibrary.LIB.disablePadding(handle);
      return new NativeHandle(handle);
    } catch (RuntimeException e) {
      throw new InvalidModelException(
          origin + " is not a usable tokenizer: " + Texts.firstLine(e.getMessage()), e);
    }
  }

  int[] encode(String text, boolean addSpecialTokens) {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      long encoding = TokenizersLibrary.LIB.encode(open(), text, addSpecialTokens);
      try {
        return toInts(TokenizersLibrary.LIB.getTokenIds(encoding));
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    } finally {
      reading.unlock();
    }
  }

  String decode(int[] ids, boolean skipSpecialTokens) {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      return TokenizersLibrary.LIB.decode(open(), toLongs(ids), skipSpecialTokens);
    } finally {
      reading.unlock();
    }
  }

  @Override
  public void close() {
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      if (handle != 0) {
        TokenizersLibrary.LIB.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      writing.unlock();
    }
  }

  private long open() {
    if (handle == 0) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    return handle;
  }

  /** Begins to load the library, which takes about as long as to read a vocabulary. */
  static void loadInBackground() {
    Thread loader = new Thread(NativeHandle::loadLibrary, "tokenizer-library-loader");
    loader.setDaemon(true);
    loader.setUncaughtExceptionHandler((thread, e) -> {}); // create() meets and reports it
    loader.start();
  }

  private static void loadLibrary() {
    if (System.getProperty("ai.djl.offline") == null) {
      // Otherwise the loader would look on the network for a CUDA build of the library.
      System.setProperty("ai.djl.offline", "true");
    }
    try {
      LibUtils.checkStatus();
    } catch (EngineException | LinkageError e) {
      throw new VlmException(
          "the native tokenizer library does not load on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ": "
              + Texts.firstLine(e.getMessage()),
          e);
    }
  }

  private static int[] toInts(long[] values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) values[i];
    }
    return ints;
  }

  private static long[] toLongs(int[] values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = values[i];
    }
    return longs;
  }
}
