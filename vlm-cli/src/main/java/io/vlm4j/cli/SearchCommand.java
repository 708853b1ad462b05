package io.vlm4j.cli;

import io.vlm4j.DualEncoder;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.retrieval.Hit;
import io.vlm4j.retrieval.IndexListener;
import io.vlm4j.retrieval.IndexUpdate;
import io.vlm4j.retrieval.RetrievalOptions;
import io.vlm4j.retrieval.Retriever;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Searches a folder of images. */
@Command(
    name = "search",
    description = "Find the images of a folder or zip file that are nearest to a text or an image.")
final class SearchCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "Folder or zip file of images.")
  private Path images;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "TEXT", description = "What to find.")
  private List<String> texts = List.of();

  @Option(names = "--image", paramLabel = "FILE", description = "Find images like this one.")
  private List<Path> queryImages = List.of();

  @Option(
      names = "--index",
      paramLabel = "DIR",
      description = "Where the index lies (default: FOLDER/.vlm4j-index).")
  private Path index;

  @Option(
      names = "--top",
      defaultValue = "10",
      description = "How many to show (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images that are embedded together (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--approximate",
      negatable = true,
      description =
          "Search by a graph (HNSW), or by comparing all (default: the graph beyond a million).")
  private Boolean approximate;

  @Option(
      names = "--update",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Look for new, changed and deleted images first (default), or not.")
  private boolean update;

  @Option(names = "--json", description = "One JSON object a query.")
  private boolean json;

  @ParentCommand private Vlm vlm;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    requireQueries();
    List<Image> pictures = queryImages.stream().map(Image::read).toList();
    Path model = modelOptions.requiredFolder("search", DualEncoders.modelTypes());
    Path place = index == null ? Retriever.defaultIndex(images) : index;
    try (DualEncoder encoder = DualEncoder.load(model, modelOptions.loadOptions());
        Retriever retriever = Retriever.open(encoder, model.toString(), images, place, options())) {
      if (update) {
        update(retriever);
      }
      for (String text : texts) {
        answer(retriever, text, () -> retriever.search(text, top));
      }
      for (int i = 0; i < pictures.size(); i++) {
        Image picture = pictures.get(i);
        answer(retriever, queryImages.get(i).toString(), () -> retriever.search(picture, top));
      }
    }
    return 0;
  }

  private void requireQueries() {
    if (texts.isEmpty() && queryImages.isEmpty()) {
      throw new InvalidOptionException("no query; give a text, or an image with --image FILE");
    }
    if (texts.stream().anyMatch(String::isBlank)) {
      throw new InvalidOptionException(
          "the query is empty; say what to look for, for example 'a dog in the snow'");
    }
    if (top < 1) {
      throw new InvalidOptionException("--top is " + top + "; expected at least 1");
    }
  }

  private RetrievalOptions options() {
    RetrievalOptions options = RetrievalOptions.DEFAULT.withBatch(batch);
    if (approximate == null) {
      return options;
    }
    return approximate ? options.approximate() : options.exact();
  }

  private void update(Retriever retriever) {
    try (UpdateProgress progress = new UpdateProgress()) {
      IndexUpdate done = retriever.update(progress);
      if (vlm.isVerbose()) {
        spec.commandLine()
            .getErr()
            .printf(
                "index: %d embedded, %d reused, %d removed, %d kept, %d unreadable, %d damaged%n",
                done.embedded(),
                done.reused(),
                done.removed(),
                done.kept(),
                done.unreadable(),
                done.damaged());
      }
    }
  }

  private void answer(Retriever retriever, String query, Supplier<List<Hit>> search) {
    long start = System.nanoTime();
    List<Hit> hits = search.get();
    double millis = Json.millis((System.nanoTime() - start) / 1e6);
    if (json) {
      System.out.println(
          new Json()
              .put("query", query)
              .put("query_ms", millis)
              .put("images", retriever.size())
              .put("hits", hits));
      return;
    }
    String prefix = texts.size() + queryImages.size() == 1 ? "" : query + ": ";
    hits.forEach(hit -> System.out.printf("%s%7.4f  %s%n", prefix, hit.score(), hit.image()));
    if (vlm.isVerbose()) {
      spec.commandLine().getErr().printf("query_ms: %.1f%n", millis);
    }
  }

  /** Shows how far an update is, and which files are no images. */
  private final class UpdateProgress implements IndexListener, AutoCloseable {
    private Progress progress = Progress.images(0);

    @Override
    public void begin(int count) {
      progress = Progress.images(count);
    }

    @Override
    public void advance(int count) {
      progress.step(count);
    }

    @Override
    public void unreadable(String name, String reason) {
      PrintWriter errors = spec.commandLine().getErr();
      errors.println("vlm: left out: " + reason.replaceAll("\\s*\\R\\s*", " "));
    }

    @Override
    public void close() {
      progress.close();
    }
  }
}
