/** Objects in images: what they are, and where. */
package io.vlm4j.detect;
