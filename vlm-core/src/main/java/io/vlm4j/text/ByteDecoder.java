package io.vlm4j.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Streams bytes as text: a character is shown once all of its bytes are there. */
final class ByteDecoder implements IncrementalDecoder {
  private static final char REPLACEMENT = '\uFFFD';

  private final ByteTokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private final SpaceCleaner cleaner;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private final ByteArrayOutputStream all = new ByteArrayOutputStream();
  private int shown;

  /**
   * @param cleanUpSpaces whether the whole text would be cleaned up
   */
  ByteDecoder(ByteTokenizer tokenizer, boolean skipSpecialTokens, boolean cleanUpSpaces) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
    this.cleaner = cleanUpSpaces ? new SpaceCleaner() : null;
  }

  @Override
  public String push(int id) {
    byte[] bytes = tokenizer.bytes(id, skipSpecialTokens);
    all.writeBytes(bytes);
    pending.writeBytes(bytes);
    String text = pending.toString(StandardCharsets.UTF_8);
    if (text.isEmpty() || text.charAt(text.length() - 1) == REPLACEMENT) {
      return "";
    }
    pending.reset();
    String certain = cleaner == null ? text : cleaner.push(text);
    shown += certain.length();
    return certain;
  }

  @Override
  public String finish() {
    String text = all.toString(StandardCharsets.UTF_8);
    return (cleaner == null ? text : Texts.cleanUpSpaces(text)).substring(shown);
  }
}
