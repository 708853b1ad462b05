package io.vlm4j.models.assembled;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How turns become text. {@code {content}} stands for what is said; the parts of a turn are joined
 * by the separator.
 *
 * @param system around instructions
 * @param user around what the user says
 * @param assistant around what the model said before
 * @param answer what the model continues
 * @param separator between the parts of a turn
 * @param image stands for an image or a sound
 * @param caption what is asked of a user's image without a question
 */
public record PromptTemplate(
    String system,
    String user,
    String assistant,
    String answer,
    String separator,
    String image,
    String caption) {
  private static final String CONTENT = "{content}";

  /** The chat format ChatML, which many instruction-tuned models know. */
  public static final PromptTemplate CHAT_ML =
      new PromptTemplate(
          "<|im_start|>system\n{content}<|im_end|>\n",
          "<|im_start|>user\n{content}<|im_end|>\n",
          "<|im_start|>assistant\n{content}<|im_end|>\n",
          "<|im_start|>assistant\n",
          "\n",
          "<image>",
          "Write a short caption.");

  /** Plain text, for models without instruction tuning: image, then text, then its continuation. */
  public static final PromptTemplate PLAIN =
      new PromptTemplate("{content}\n", "{content}\n", "{content}\n", "", "\n", "<image>", "");

  /**
   * Images and texts just as they come; only what the model said before stands between spaces. For
   * language models that continue what they read.
   */
  public static final PromptTemplate VERBATIM =
      new PromptTemplate("{content} ", "{content}", " {content} ", "", "", "<image>", "");

  /**
   * PandaGPT's: what is shown in front, then the request, for a Vicuna.
   *
   * @see <a href="https://arxiv.org/abs/2305.16355">PandaGPT</a>
   */
  public static final PromptTemplate PANDA_GPT =
      new PromptTemplate(
          "{content}\n",
          "<s>### Human: <Img>{content}\n### Assistant:",
          "{content}\n",
          "",
          "</Img> ",
          "<image>",
          "What is this?");

  /** Reads a configuration; what it leaves out is as in {@link #CHAT_ML}. */
  public static PromptTemplate of(JsonNode json) {
    return new PromptTemplate(
        json.getString("system", CHAT_ML.system),
        json.getString("user", CHAT_ML.user),
        json.getString("assistant", CHAT_ML.assistant),
        json.getString("answer", CHAT_ML.answer),
        json.getString("separator", CHAT_ML.separator),
        json.getString("image", CHAT_ML.image),
        json.getString("caption", CHAT_ML.caption));
  }

  /** As a configuration. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("system", system);
    map.put("user", user);
    map.put("assistant", assistant);
    map.put("answer", answer);
    map.put("separator", separator);
    map.put("image", image);
    map.put("caption", caption);
    return map;
  }

  /** The text of a prompt, with {@link #image()} in the place of each image. */
  String render(Prompt prompt) {
    StringBuilder text = new StringBuilder();
    for (Turn turn : prompt.turns()) {
      String frame =
          switch (turn.role()) {
            case SYSTEM -> system;
            case USER -> user;
            case ASSISTANT -> assistant;
          };
      text.append(frame.replace(CONTENT, content(turn)));
    }
    return text.append(answer).toString();
  }

  private String content(Turn turn) {
    List<String> parts = new ArrayList<>();
    boolean silent = turn.role() == Turn.Role.USER;
    for (Part part : turn.parts()) {
      if (part instanceof Part.Text text) {
        parts.add(text.text());
        silent = false;
      } else if (part instanceof Part.Picture || part instanceof Part.Sound) {
        parts.add(image);
      } else {
        throw new InvalidPromptException(
            "this model takes images, not videos; give the frames as images");
      }
    }
    if (silent && !caption.isEmpty()) {
      parts.add(caption);
    }
    return String.join(separator, parts);
  }
}
