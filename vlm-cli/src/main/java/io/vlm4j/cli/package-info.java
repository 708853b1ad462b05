/** The {@code vlm} command: captions, questions, prompts, inspection, comparison, benchmarks. */
package io.vlm4j.cli;
