package io.vlm4j.text;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The tokenizer of Perceiver, which has no vocabulary file: a token is a byte of the text's UTF-8,
 * with an id after those of six special tokens. A text becomes {@code [CLS] text [SEP]}.
 */
final class ByteTokenizer implements Tokenizer {
  private static final int BYTES = 256;

  /** The roles in the order of their ids, with what the reference calls them by default. */
  private static final String[][] ROLES = {
    {"pad_token", "[PAD]"},
    {"bos_token", "[BOS]"},
    {"eos_token", "[EOS]"},
    {"mask_token", "[MASK]"},
    {"cls_token", "[CLS]"},
    {"sep_token", "[SEP]"},
  };

  private final Map<Integer, AddedTokens.Entry> added = new TreeMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<AddedTokens.Entry> longestFirst;
  private final SpecialTokens specialTokens;
  private final boolean cleanUpSpaces;
  private volatile boolean closed;

  private ByteTokenizer(AddedTokens configured, TokenizerConfig config) {
    AddedTokens tokens = new AddedTokens();
    for (int id = 0; id < ROLES.length; id++) {
      tokens.add(id, config.token(ROLES[id][0], ROLES[id][1]), true);
    }
    configured.entries().forEach(tokens::add);
    for (AddedTokens.Entry entry : tokens.entries()) {
      if (isByte(entry.id()) || entry.id() < 0 || entry.content().isEmpty()) {
        throw new InvalidModelException(
            config.config().origin()
                + ": the token '"
                + entry.content()
                + "' has the id "
                + entry.id()
                + "; bytes have the ids "
                + ROLES.length
                + " to "
                + (ROLES.length + BYTES - 1));
      }
      added.put(entry.id(), entry);
      ids.put(entry.content(), entry.id());
    }
    this.longestFirst =
        added.values().stream()
            .sorted(Comparator.comparingInt(entry -> -entry.content().length()))
            .toList();
    this.specialTokens = roles(config);
    this.cleanUpSpaces = config.cleanUpSpaces();
  }

  /** Reads what a folder's configuration says of special tokens. */
  static ByteTokenizer read(Path folder, TokenizerConfig config) {
    return new ByteTokenizer(AddedTokens.read(folder, config), config);
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    requireOpen();
    if (text.length() > MAX_TEXT_LENGTH) {
      throw new InvalidPromptException(
          "the text has %d characters; at most %d are read"
              .formatted(text.length(), MAX_TEXT_LENGTH));
    }
    List<Integer> tokens = new ArrayList<>();
    if (addSpecialTokens) {
      tokens.add(idOfRole("cls_token"));
    }
    addText(Texts.wellFormed(text), tokens);
    if (addSpecialTokens) {
      tokens.add(idOfRole("sep_token"));
    }
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String decode(int[] tokenIds, boolean skipSpecialTokens) {
    requireOpen();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : tokenIds) {
      bytes.writeBytes(bytes(id, skipSpecialTokens));
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    return cleanUpSpaces ? Texts.cleanUpSpaces(text) : text;
  }

  @Override
  public int vocabSize() {
    int largest = added.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    return 1 + Math.max(largest, ROLES.length + BYTES - 1);
  }

  /** Bytes are written as the character of that number. */
  @Override
  public OptionalInt id(String token) {
    if (ids.containsKey(token)) {
      return OptionalInt.of(ids.get(token));
    }
    boolean isByte = token.length() == 1 && token.charAt(0) < BYTES;
    return isByte ? OptionalInt.of(ROLES.length + token.charAt(0)) : OptionalInt.empty();
  }

  @Override
  public String token(int id) {
    if (added.containsKey(id)) {
      return added.get(id).content();
    }
    return isByte(id) ? String.valueOf((char) (id - ROLES.length)) : "";
  }

  @Override
  public boolean isSpecial(int id) {
    return added.containsKey(id) && added.get(id).special();
  }

  @Override
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  @Override
  public IncrementalDecoder incrementalDecoder(boolean skipSpecialTokens) {
    return new ByteDecoder(this, skipSpecialTokens, cleanUpSpaces);
  }

  @Override
  public void close() {
    closed = true;
  }

  /** What an id adds to a text's UTF-8. */
  byte[] bytes(int id, boolean skipSpecialTokens) {
    if (isByte(id)) {
      return new byte[] {(byte) (id - ROLES.length)};
    }
    boolean silent = skipSpecialTokens && isSpecial(id);
    return silent ? new byte[0] : token(id).getBytes(StandardCharsets.UTF_8);
  }

  /** Splits at added tokens, the longest that begins at the earliest place first. */
  private void addText(String text, List<Integer> tokens) {
    int start = 0;
    for (int at = 0; at < text.length(); at++) {
      AddedTokens.Entry found = tokenAt(text, at);
      if (found == null) {
        continue;
      }
      String before = text.substring(start, at);
      addBytes(found.stripLeft() ? before.stripTrailing() : before, tokens);
      tokens.add(found.id());
      start = at + found.content().length();
      while (found.stripRight() && start < text.length() && Texts.isSpace(text.charAt(start))) {
        start++;
      }
      at = start - 1;
    }
    addBytes(text.substring(start), tokens);
  }

  private AddedTokens.Entry tokenAt(String text, int at) {
    for (AddedTokens.Entry entry : longestFirst) {
      if (text.startsWith(entry.content(), at)) {
        return entry;
      }
    }
    return null;
  }

  private static void addBytes(String text, List<Integer> tokens) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      tokens.add(ROLES.length + (b & 0xFF));
    }
  }

  private int idOfRole(String role) {
    return specialTokens.role(role).orElseThrow().id();
  }

  private SpecialTokens roles(TokenizerConfig config) {
    Map<String, SpecialTokens.Token> roles = new HashMap<>(config.specialTokens(this::id).roles());
    for (String[] role : ROLES) {
      String text = config.token(role[0], role[1]);
      if (!ids.containsKey(text)) {
        throw new InvalidModelException(
            config.config().origin() + ": " + role[0] + " is " + text + ", which has no id");
      }
      roles.put(role[0], new SpecialTokens.Token(text, ids.get(text)));
    }
    return new SpecialTokens(roles);
  }

  private static boolean isByte(int id) {
    return id >= ROLES.length && id < ROLES.length + BYTES;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the tokenizer is closed");
    }
  }
}
