/** Intermediate tensors of a run, for comparison with a reference implementation. */
package io.vlm4j.trace;
