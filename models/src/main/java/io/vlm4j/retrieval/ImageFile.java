package io.vlm4j.retrieval;

/**
 * A file of a collection as its listing shows it.
 *
 * @param name relative to the collection, with {@code /} between folders
 * @param size in bytes
 * @param modified when it was last written, in nanoseconds since 1970
 */
record ImageFile(String name, long size, long modified) {}
