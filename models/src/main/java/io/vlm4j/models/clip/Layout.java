package io.vlm4j.models.clip;

import io.vlm4j.config.JsonNode;
import io.vlm4j.weights.NameMap;
import java.util.Optional;

/**
 * How a checkpoint of two towers is laid out.
 *
 * @param names from its tensors to {@code encoder.}, {@code text.}, {@code image_projection.},
 *     {@code text_projection.}, {@code logit_scale} and {@code logit_bias}
 * @param textNames those of the text transformer
 * @param imagePrefix with which names of the image tower begin
 * @param vision the image tower's configuration
 * @param text the text tower's shape
 * @param spaceSize width E of the space
 * @param projectsImages the image tower must have a projection; else it may
 * @param projectsTexts the text tower must have a projection; else it may
 * @param headEndsTexts the text tower counts its projection as its pooling (SigLIP)
 * @param padId what stands after a shorter text, where the tokenizer does not say it
 * @param hidesPadding no token sees padding, unless the tokenizer says otherwise
 */
record Layout(
    NameMap names,
    NameMap textNames,
    String imagePrefix,
    JsonNode vision,
    TextConfig text,
    int spaceSize,
    boolean projectsImages,
    boolean projectsTexts,
    boolean headEndsTexts,
    Optional<Integer> padId,
    boolean hidesPadding) {}
