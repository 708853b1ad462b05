/**
 * Instruction data for vision-language models, written by a language model that cannot see: it
 * reads captions and boxes, and makes conversations, descriptions and reasoning of them.
 *
 * @see <a href="https://arxiv.org/abs/2304.08485">Visual instruction tuning</a>, section 3
 */
package io.vlm4j.instruct;
