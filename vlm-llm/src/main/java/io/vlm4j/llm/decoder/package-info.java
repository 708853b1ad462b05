/**
 * What all decoder-only language models share: embedding, positions, blocks of attention and
 * feed-forward, norm, output layer. A family says which norms, projections and positions it has,
 * and computes nothing itself.
 */
package io.vlm4j.llm.decoder;
