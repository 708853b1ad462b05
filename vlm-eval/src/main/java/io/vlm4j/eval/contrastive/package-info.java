/** Choosing classes without training, and finding images by texts and texts by images. */
package io.vlm4j.eval.contrastive;
