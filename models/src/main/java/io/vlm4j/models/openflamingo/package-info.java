/**
 * OpenFlamingo from its original files: a folder with {@code open_flamingo.json} (the constructor's
 * arguments), a language model of the hub, a vision tower of open_clip, and {@code checkpoint.pt}
 * with what was trained.
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2308.01390">OpenFlamingo</a>. Reference: open_flamingo
 * 2.0.1.
 */
package io.vlm4j.models.openflamingo;
