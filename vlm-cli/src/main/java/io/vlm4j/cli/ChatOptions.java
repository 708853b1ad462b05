package io.vlm4j.cli;

import io.vlm4j.LoadOptions;
import io.vlm4j.chat.ChatModel;
import io.vlm4j.chat.HttpChatModel;
import io.vlm4j.chat.LocalChatModel;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.generate.GenerationOptions;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Which chat model is asked, and how. */
public final class ChatOptions {
  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "Of a service with OpenAI's protocol, such as http://localhost:8000/v1.")
  private String endpoint;

  @Option(
      names = "--api-model",
      paramLabel = "NAME",
      description = "The model's name at the endpoint.")
  private String apiModel;

  @Option(
      names = "--api-key-env",
      paramLabel = "VARIABLE",
      description = "The environment variable that holds the key, if the endpoint wants one.")
  private String apiKeyVariable;

  @Option(
      names = "--chat-model",
      paramLabel = "FOLDER",
      description = "A language model with a chat template, instead of an endpoint.")
  private Path folder;

  @Option(
      names = "--chat-adapter",
      paramLabel = "FOLDER",
      description = "A LoRA adapter of PEFT that is merged into --chat-model.")
  private Path adapter;

  @Option(
      names = "--chat-temperature",
      description = "Of the chat model's sampling; 0 takes the likeliest (default: 0.7).")
  private double temperature = 0.7;

  @Option(names = "--chat-tokens", description = "The most tokens of a reply (default: 1024).")
  private int tokens = 1024;

  @Option(names = "--attempts", description = "Before a request counts as failed (default: 6).")
  private int attempts = 6;

  /** Opens it; the caller closes it. */
  public ChatModel open() {
    if ((endpoint == null) == (folder == null)) {
      throw new InvalidOptionException(
          "give either --endpoint with --api-model, or --chat-model; one of them writes the text");
    }
    if (folder != null) {
      return LocalChatModel.load(folder, loadOptions(), generation());
    }
    if (adapter != null) {
      throw new InvalidOptionException("--chat-adapter goes with --chat-model, not --endpoint");
    }
    if (apiModel == null) {
      throw new InvalidOptionException("--endpoint needs --api-model, the model's name there");
    }
    return new HttpChatModel(
        endpoint,
        new HttpChatModel.Options(
            apiModel,
            key(),
            temperature,
            tokens,
            attempts,
            Duration.ofSeconds(1),
            Duration.ofMinutes(5)));
  }

  private LoadOptions loadOptions() {
    return adapter == null ? LoadOptions.DEFAULT : LoadOptions.DEFAULT.withAdapter(adapter);
  }

  private GenerationOptions generation() {
    GenerationOptions.Builder options =
        GenerationOptions.builder().maxNewTokens(tokens).sampling(temperature > 0);
    return temperature > 0 ? options.temperature(temperature).build() : options.build();
  }

  private String key() {
    if (apiKeyVariable == null) {
      return null;
    }
    String key = System.getenv(apiKeyVariable);
    if (key == null || key.isBlank()) {
      throw new InvalidOptionException(
          "the environment variable " + apiKeyVariable + " is not set");
    }
    return key.strip();
  }
}
