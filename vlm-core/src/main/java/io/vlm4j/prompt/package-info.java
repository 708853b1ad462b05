/** Prompts that interleave images and text. */
package io.vlm4j.prompt;
