/**
 * Questions about images, from the files of the data sets, and what an answer is worth by their
 * rules.
 */
package io.vlm4j.eval.vqa;
