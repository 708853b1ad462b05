package io.vlm4j.models.fusion;

import io.vlm4j.prompt.Media;
import io.vlm4j.spi.Connector;
import io.vlm4j.text.Tokenizer;
import java.util.List;
import java.util.function.Function;

/** A path whose connector reads the prompt's text beside the image. */
public final class InstructedVisualPath implements VisualPath {
  private final Tokenizer tokenizer;
  private final String traceName;
  private final Function<int[], Connector> instructed;
  private final Function<Connector, VisualPath> path;
  private final int outputSize;

  /**
   * @param tokenizer the connector's own
   * @param traceName what its ids are recorded under, before {@code input_ids}
   * @param instructed the connector with an instruction in view
   * @param path encoder and preprocessing with a connector
   */
  public InstructedVisualPath(
      Tokenizer tokenizer,
      String traceName,
      Function<int[], Connector> instructed,
      Function<Connector, VisualPath> path,
      int outputSize) {
    this.tokenizer = tokenizer;
    this.traceName = traceName;
    this.instructed = instructed;
    this.path = path;
    this.outputSize = outputSize;
  }

  @Override
  public List<ImageEmbeddings> embed(List<Media> media, String text) {
    int[] instruction = tokenizer.encode(text);
    InputSequence.record(traceName, instruction);
    return path.apply(instructed.apply(instruction)).embed(media, text);
  }

  @Override
  public boolean readsText() {
    return true;
  }

  @Override
  public int outputSize() {
    return outputSize;
  }

  /** The parts belong to the model. */
  @Override
  public void close() {}
}
