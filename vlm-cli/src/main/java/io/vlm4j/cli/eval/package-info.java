/** How well models do on data sets: {@code vlm eval}. */
package io.vlm4j.cli.eval;
