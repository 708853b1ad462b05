/**
 * Scores of captions against references, as the COCO caption tools define them.
 *
 * @see <a href="https://arxiv.org/abs/1504.00325">Microsoft COCO captions: data collection and
 *     evaluation server</a>
 * @see <a href="https://github.com/salaniz/pycocoevalcap">pycocoevalcap, the reference</a>
 */
package io.vlm4j.eval.caption;
