package io.vlm4j.tensor;

/** What linear layers are given: a kernel that is quick at one may be slow at the other. */
public enum Workload {
  /** All rows of an image at once, by an encoder; arithmetic decides. */
  ENCODING,
  /** A prompt, then some tens of single rows, by a language model; the memory decides. */
  GENERATION;

  private static final int SINGLE_ROWS = 16;

  double seconds(LinearProbe.Timing timing) {
    return switch (this) {
      case ENCODING -> timing.promptSeconds();
      case GENERATION -> timing.promptSeconds() + SINGLE_ROWS * timing.rowSeconds();
    };
  }
}
