package io.vlm4j.text;

import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A sentencepiece {@code ModelProto}: what is needed of it to tokenise.
 *
 * @param pieces the vocabulary; the id of a piece is its place
 * @param algorithm how pieces are chosen
 * @param unknownId the id of the unknown piece
 * @param byteFallback whether unknown characters become byte pieces
 * @param charsMap the compiled normalisation rules in base64; empty if there are none
 * @param origin what errors call it
 */
record SentencePieceModel(
    List<Piece> pieces,
    Algorithm algorithm,
    int unknownId,
    boolean byteFallback,
    String charsMap,
    String origin) {

  /** How a text is cut into pieces. */
  enum Algorithm {
    UNIGRAM,
    BPE
  }

  /** What a piece is, by sentencepiece's numbers (GGUF has the same). */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE;

    /** 1 to 6; other numbers count as normal. */
    static Kind of(int number) {
      return number >= 1 && number <= values().length ? values()[number - 1] : NORMAL;
    }

    /** True if the piece is recognised inside any text, before it is cut. */
    boolean isAdded() {
      return this == CONTROL || this == USER_DEFINED;
    }
  }

  /**
   * One entry of the vocabulary.
   *
   * @param text the piece, with U+2581 for spaces
   * @param score its logarithmic probability, or minus its rank
   * @param kind what it is
   */
  record Piece(String text, float score, Kind kind) {}

  static SentencePieceModel read(Path file) {
    try {
      return parse(ByteBuffer.wrap(Files.readAllBytes(file)), file.toString());
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  static SentencePieceModel parse(ByteBuffer bytes, String origin) {
    return new Parser(origin).model(new ProtoReader(bytes, origin));
  }

  /** Field numbers are those of sentencepiece_model.proto. */
  private static final class Parser {
    private final String origin;
    private final List<Piece> pieces = new ArrayList<>();
    private int modelType = 1;
    private int unknownId;
    private boolean byteFallback;
    private String charsMap = "";

    Parser(String origin) {
      this.origin = origin;
    }

    SentencePieceModel model(ProtoReader in) {
      while (in.next()) {
        switch (in.field()) {
          case 1 -> pieces.add(piece(in.message()));
          case 2 -> trainerSpec(in.message());
          case 3 -> normalizerSpec(in.message());
          default -> in.skip();
        }
      }
      if (pieces.isEmpty() || unknownId < 0 || unknownId >= pieces.size()) {
        throw new InvalidModelException(
            origin + " has " + pieces.size() + " pieces, the unknown one being " + unknownId);
      }
      Algorithm algorithm =
          switch (modelType) {
            case 1 -> Algorithm.UNIGRAM;
            case 2 -> Algorithm.BPE;
            default ->
                throw new InvalidModelException(
                    origin + " is of model type " + modelType + "; expected 1, unigram, or 2, BPE");
          };
      return new SentencePieceModel(pieces, algorithm, unknownId, byteFallback, charsMap, origin);
    }

    private Piece piece(ProtoReader in) {
      String text = "";
      float score = 0;
      Kind kind = Kind.NORMAL;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> text = in.string();
          case 2 -> score = in.float32();
          case 3 -> kind = Kind.of(in.integer());
          default -> in.skip();
        }
      }
      if (!Float.isFinite(score)) {
        throw new InvalidModelException(origin + ": the piece " + text + " scores " + score);
      }
      return new Piece(text, score, kind);
    }

    private void trainerSpec(ProtoReader in) {
      while (in.next()) {
        switch (in.field()) {
          case 3 -> modelType = in.integer();
          case 35 -> byteFallback = in.bool();
          case 40 -> unknownId = in.integer();
          default -> in.skip();
        }
      }
    }

    private void normalizerSpec(ProtoReader in) {
      while (in.next()) {
        switch (in.field()) {
          case 2 -> charsMap = Base64.getEncoder().encodeToString(in.bytes());
          default -> in.skip();
        }
      }
    }
  }
}
