/** Files of data sets: images by name, captions, parts of them. */
package io.vlm4j.data;
