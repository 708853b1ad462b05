/**
 * What models of image-text matching share: a tower for images, one for texts, and a head that
 * looks at both.
 */
package io.vlm4j.models.matching;
