package io.vlm4j.image;

/**
 * A file of an {@link ImageSource} as its listing shows it.
 *
 * @param name relative to the source, with {@code /} between folders
 * @param size in bytes
 * @param stamp changes when the content does: when the file was last written, in nanoseconds since
 *     1970, or a zip entry's checksum
 */
public record ImageFile(String name, long size, long stamp) {}
