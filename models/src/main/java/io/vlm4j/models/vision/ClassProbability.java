package io.vlm4j.models.vision;

/**
 * How likely an image shows what a class stands for, or an answer is right.
 *
 * @param index the class's place in the logits
 * @param label its name in the configuration
 * @param probability from 0 to 1
 */
public record ClassProbability(int index, String label, double probability) {}
