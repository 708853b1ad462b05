package io.vlm4j.retrieval;

/**
 * An image that was found.
 *
 * @param image its name in the collection: a path relative to the folder, or an entry of the zip
 * @param score cosine with the query, from -1 to 1
 */
public record Hit(String image, double score) {}
