/** Data sets and how well models do on them. */
package io.vlm4j.eval;
