package io.vlm4j.prompt;

import io.vlm4j.audio.Audio;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Turn.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a model is asked: turns of text and images, or a text that is given to the model exactly as
 * it is. Immutable.
 *
 * <pre>{@code
 * Prompt.of(image, "How many dogs are there?");
 * Prompt.builder().example(first, "a cat on a sofa").example(second, "two dogs").query(third).build();
 * Prompt.builder().text("The first picture:").image(a).text("the second:").image(b).build();
 * }</pre>
 */
public final class Prompt {
  private final List<Turn> turns;
  private final String rawText;
  private final List<Media> media;
  private final boolean verbatim;

  private Prompt(List<Turn> turns, String rawText, List<Media> media, boolean verbatim) {
    this.turns = List.copyOf(turns);
    this.rawText = rawText;
    this.media = List.copyOf(media);
    this.verbatim = verbatim;
  }

  /** A request for a caption of an image. */
  public static Prompt caption(Image image) {
    return builder().query(image).build();
  }

  /** A question about an image. */
  public static Prompt of(Image image, String question) {
    return builder().query(image, question).build();
  }

  /**
   * A text in the model's own convention, with its own placeholders for the images.
   *
   * @param images one for each placeholder, in order
   */
  public static Prompt raw(String text, List<Image> images) {
    return rawMedia(text, images.stream().map(Media::of).toList());
  }

  /** As {@link #raw}, with videos and sounds among the images. */
  public static Prompt rawMedia(String text, List<Media> media) {
    return new Prompt(List.of(), text, media, false);
  }

  /**
   * Texts and images exactly in this order: the model's placeholders are put in, but none of the
   * words with which it introduces questions and answers.
   *
   * @throws InvalidPromptException if there are no parts
   */
  public static Prompt verbatim(List<Part> parts) {
    if (parts.isEmpty()) {
      throw new InvalidPromptException("the prompt is empty; give text or an image");
    }
    List<Media> media = parts.stream().flatMap(part -> part.media().stream()).toList();
    return new Prompt(List.of(new Turn(Role.USER, parts)), null, media, true);
  }

  /** Starts a prompt. */
  public static Builder builder() {
    return new Builder();
  }

  /** The turns; none for a raw prompt. An empty last user turn text asks for a caption. */
  public List<Turn> turns() {
    return turns;
  }

  /** The exact text, for a raw prompt. */
  public Optional<String> rawText() {
    return Optional.ofNullable(rawText);
  }

  /** True if nothing is to be added to the words of the one turn. */
  public boolean isVerbatim() {
    return verbatim;
  }

  /**
   * The text of a raw or verbatim prompt; nothing for one of turns.
   *
   * @param placeholder stands for an image in verbatim prompts
   */
  public Optional<String> text(String placeholder) {
    return verbatim ? Optional.of(turns.get(0).text(placeholder)) : rawText();
  }

  /** Images, videos and sounds in order. */
  public List<Media> media() {
    return media;
  }

  /**
   * All images in order; a video counts as its frames.
   *
   * @throws InvalidPromptException if there are sounds
   */
  public List<Image> images() {
    return media.stream().flatMap(one -> one.frames().stream()).toList();
  }

  /** Collects turns; examples, queries and free parts may be mixed. */
  public static final class Builder {
    private final List<Turn> turns = new ArrayList<>();
    private final List<Part> open = new ArrayList<>();
    private final List<Media> media = new ArrayList<>();

    private Builder() {}

    /** A demonstration: an image and its caption. */
    public Builder example(Image image, String caption) {
      return user(new Part.Picture(image)).assistant(caption);
    }

    /** A demonstration: an image, a question and its answer. */
    public Builder example(Image image, String question, String answer) {
      return user(new Part.Picture(image), text(question, "a question")).assistant(answer);
    }

    /** The image that is to be captioned. */
    public Builder query(Image image) {
      return user(new Part.Picture(image));
    }

    /** The image and question that are to be answered. */
    public Builder query(Image image, String question) {
      return user(new Part.Picture(image), text(question, "a question"));
    }

    /** Adds text to the user's turn. */
    public Builder text(String text) {
      open.add(text(text, "a text"));
      return this;
    }

    /** Adds an image to the user's turn. */
    public Builder image(Image image) {
      return part(new Part.Picture(image));
    }

    /** Adds the frames of a video to the user's turn. */
    public Builder video(List<Image> frames) {
      if (frames.isEmpty()) {
        throw new InvalidPromptException("a video has no frames; give at least one");
      }
      return part(new Part.Video(frames));
    }

    /** Adds a sound to the user's turn. */
    public Builder audio(Audio audio) {
      return part(new Part.Sound(audio));
    }

    /** Instructions that stand before everything. */
    public Builder system(String instructions) {
      endTurn();
      turns.add(new Turn(Role.SYSTEM, List.of(text(instructions, "a system text"))));
      return this;
    }

    /** What the model said, or should have said, to the turn before. */
    public Builder assistant(String reply) {
      endTurn();
      turns.add(new Turn(Role.ASSISTANT, List.of(text(reply, "a reply"))));
      return this;
    }

    /**
     * Makes the prompt.
     *
     * @throws InvalidPromptException if there is nothing to answer
     */
    public Prompt build() {
      endTurn();
      if (turns.isEmpty() || turns.get(turns.size() - 1).role() != Role.USER) {
        throw new InvalidPromptException(
            turns.isEmpty()
                ? "the prompt is empty; give text, an image or a query"
                : "the prompt ends without a query; call query(...), text(...) or image(...) last");
      }
      return new Prompt(turns, null, media, false);
    }

    private Builder user(Part... parts) {
      endTurn();
      for (Part part : parts) {
        part(part);
      }
      endTurn();
      return this;
    }

    private Builder part(Part part) {
      open.add(part);
      part.media().ifPresent(media::add);
      return this;
    }

    private void endTurn() {
      if (!open.isEmpty()) {
        turns.add(new Turn(Role.USER, open));
        open.clear();
      }
    }

    private static Part.Text text(String text, String what) {
      if (text.isBlank()) {
        throw new InvalidPromptException(what + " of the prompt is empty");
      }
      return new Part.Text(text);
    }
  }
}
