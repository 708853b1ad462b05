/**
 * Weights on disk: the formats, the maps from a checkpoint's names to ours, and the cursor through
 * which layers read them.
 */
package io.vlm4j.weights;
