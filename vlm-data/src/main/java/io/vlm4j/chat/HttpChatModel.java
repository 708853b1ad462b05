package io.vlm4j.chat;

import com.google.gson.Gson;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.ServiceException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model behind an endpoint that speaks the protocol of OpenAI's chat completions, as vLLM,
 * llama.cpp and others do. Requests that fail because the service is busy (429), broken (5xx) or
 * out of reach are sent again after a while, each time after twice as long, or as long as the
 * service asks.
 */
public final class HttpChatModel implements ChatModel {
  private static final Gson GSON = new Gson();
  private static final String PATH = "/chat/completions";

  /** What services say of a single request that is too long or not allowed. */
  private static final Set<Integer> UNFIT = Set.of(400, 413, 422);

  private final URI address;
  private final Options options;
  private final HttpClient client;

  /**
   * How to ask.
   *
   * @param model the model's name at the endpoint
   * @param apiKey sent as bearer token; null sends none
   * @param temperature of the sampling; 0 takes the likeliest
   * @param maxTokens the most new tokens
   * @param attempts how often a request is sent before it counts as failed
   * @param pause before the second attempt
   * @param timeout of one attempt
   */
  public record Options(
      String model,
      String apiKey,
      double temperature,
      int maxTokens,
      int attempts,
      Duration pause,
      Duration timeout) {
    /** Checks the numbers. */
    public Options {
      if (model.isBlank()) {
        throw new InvalidOptionException("the name of the model at the endpoint is empty");
      }
      if (temperature < 0 || maxTokens < 1 || attempts < 1) {
        throw new InvalidOptionException(
            "temperature %s, %d tokens and %d attempts; expected 0 or more, 1 or more, 1 or more"
                .formatted(temperature, maxTokens, attempts));
      }
    }

    /** Six attempts over half a minute, 1024 tokens, temperature 0.7. */
    public static Options of(String model) {
      return new Options(model, null, 0.7, 1024, 6, Duration.ofSeconds(1), Duration.ofMinutes(2));
    }

    /** The same with a key. */
    public Options withApiKey(String key) {
      return new Options(model, key, temperature, maxTokens, attempts, pause, timeout);
    }

    /** The same with another temperature. */
    public Options withTemperature(double value) {
      return new Options(model, apiKey, value, maxTokens, attempts, pause, timeout);
    }

    /** The same with other attempts. */
    public Options withAttempts(int number, Duration firstPause) {
      return new Options(model, apiKey, temperature, maxTokens, number, firstPause, timeout);
    }

    @Override
    public String toString() { // without the key
      return model;
    }
  }

  /**
   * @param endpoint for example {@code http://localhost:8000/v1}
   * @throws InvalidOptionException if it is no such address
   */
  public HttpChatModel(String endpoint, Options options) {
    this.address = address(endpoint);
    this.options = options;
    this.client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
  }

  @Override
  public String reply(List<ChatTurn> turns) {
    HttpRequest request = request(turns);
    Duration pause = options.pause();
    for (int attempt = 1; ; attempt++) {
      Attempt result = send(request);
      if (result.reply != null) {
        return result.reply;
      }
      if (attempt == options.attempts()) {
        throw new ServiceException(
            address + " gave no reply in " + attempt + " attempts; the last: " + result.problem);
      }
      sleep(result.retryAfter.filter(wait -> wait.compareTo(options.timeout()) <= 0).orElse(pause));
      pause = pause.multipliedBy(2);
    }
  }

  @Override
  public void close() {}

  /** A reply, or what went wrong and how long the service wants to be left alone. */
  private record Attempt(String reply, String problem, Optional<Duration> retryAfter) {}

  private Attempt send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      int status = response.statusCode();
      if (status == 200) {
        return new Attempt(content(response.body()), null, Optional.empty());
      }
      String problem = "status " + status + ", " + message(response.body());
      if (UNFIT.contains(status)) {
        throw new InvalidPromptException(address + " does not take this request: " + problem);
      }
      if (status != 429 && status < 500) {
        throw new ServiceException(address + " refused the request: " + problem);
      }
      return new Attempt(null, problem, retryAfter(response));
    } catch (IOException e) {
      return new Attempt(null, e.toString(), Optional.empty());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private HttpRequest request(List<ChatTurn> turns) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", options.model());
    body.put(
        "messages",
        turns.stream().map(turn -> Map.of("role", turn.role(), "content", turn.text())).toList());
    body.put("temperature", options.temperature());
    body.put("max_tokens", options.maxTokens());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(options.timeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(GSON.toJson(body)));
    if (options.apiKey() != null) {
      request.header("Authorization", "Bearer " + options.apiKey());
    }
    return request.build();
  }

  private String content(String body) {
    try {
      JsonNode json = JsonNode.parse(body, "the reply of " + address);
      List<JsonNode> choices = json.getList("choices");
      if (choices.isEmpty()) {
        throw new ServiceException("the reply of " + address + " has no choices");
      }
      return choices.get(0).get("message").getString("content", "").strip();
    } catch (InvalidModelException e) { // what is wrong with JSON here is the service
      throw new ServiceException(e.getMessage(), e);
    }
  }

  /** What the service says about its refusal: the protocol's message, or the text. */
  private static String message(String body) {
    String text = body;
    try {
      JsonNode error = JsonNode.parse(body, "").get("error");
      text = error.isObject() ? error.getString("message") : error.asString();
    } catch (InvalidModelException e) {
      // some other text
    }
    String line = text.replaceAll("\\s+", " ").strip();
    return line.isEmpty() ? "no message" : line.substring(0, Math.min(line.length(), 300));
  }

  private static Optional<Duration> retryAfter(HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("[0-9]{1,6}")) // a date is as good as nothing
        .map(value -> Duration.ofSeconds(Long.parseLong(value)));
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ServiceException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ServiceException("interrupted while waiting for a reply", e);
  }

  private static URI address(String endpoint) {
    try {
      String plain = endpoint.replaceFirst("/+$", "");
      URI uri = new URI(plain.endsWith(PATH) ? plain : plain + PATH);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
      throw badAddress(endpoint, null);
    } catch (URISyntaxException e) {
      throw badAddress(endpoint, e);
    }
  }

  private static InvalidOptionException badAddress(String endpoint, Exception cause) {
    return new InvalidOptionException(
        "the endpoint '" + endpoint + "' is no address; expected such as http://localhost:8000/v1",
        cause);
  }
}
