package io.vlm4j.chat;

import io.vlm4j.LoadOptions;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.ChatMessage;
import io.vlm4j.text.ChatTemplate;
import java.nio.file.Path;
import java.util.List;

/** A language model of this library, which speaks by the chat template of its folder. */
public final class LocalChatModel implements ChatModel {
  private final LanguagePart language;
  private final ChatTemplate template;
  private final GenerationOptions options;

  private LocalChatModel(LanguagePart language, ChatTemplate template, GenerationOptions options) {
    this.language = language;
    this.template = template;
    this.options = options.withDefaults(language.generation().defaults());
  }

  /**
   * Opens a language model's folder in the hub's layout.
   *
   * @param generation how replies are generated
   * @throws UnsupportedModelException if it has no chat template
   */
  public static LocalChatModel load(
      Path folder, LoadOptions options, GenerationOptions generation) {
    ChatTemplate template =
        ModelFolder.open(folder)
            .chatTemplate()
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        folder + " has no chat template; open a model that is made for chats"));
    return new LocalChatModel(LanguageModelPart.load(folder, options), template, generation);
  }

  @Override
  public String reply(List<ChatTurn> turns) {
    List<ChatMessage> messages =
        turns.stream()
            .map(t -> new ChatMessage(t.role(), List.of(ChatMessage.Content.text(t.text()))))
            .toList();
    // The template says all that the model is to see; the tokenizer adds nothing around it.
    int[] ids = language.tokenizer().encode(template.render(messages, true), false);
    try (TensorScope scope = TensorScope.open()) {
      LanguageModel model = language.model();
      Tensor embeddings = model.embed(ids).view(1, ids.length, model.hiddenSize());
      return language.generator().generate(embeddings, ids, options).text().strip();
    }
  }

  @Override
  public void close() {
    language.model().close();
    language.tokenizer().close();
  }
}
