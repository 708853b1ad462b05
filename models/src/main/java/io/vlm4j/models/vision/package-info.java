/** Vision encoders alone, with the heads that their checkpoints have. */
package io.vlm4j.models.vision;
