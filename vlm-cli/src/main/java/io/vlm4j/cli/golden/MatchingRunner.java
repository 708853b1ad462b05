package io.vlm4j.cli.golden;

import io.vlm4j.models.matching.TwoTowers;

/** Models of images and texts in one space, and their matching heads. */
final class MatchingRunner extends GoldenRunner {
  private final TwoTowers model;

  MatchingRunner(TwoTowers model) {
    this.model = model;
  }

  @Override
  void execute(GoldenCase golden) {
    model.compare(golden.images(), golden.prompts());
  }

  @Override
  public void close() {
    model.close();
  }
}
