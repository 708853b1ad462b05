package io.vlm4j.retrieval;

/**
 * What an update of an index did.
 *
 * @param embedded images that went through the model
 * @param reused images whose content was known under another name or date
 * @param removed images that are gone
 * @param kept images that had not changed
 * @param unreadable files among the present ones that are no images
 * @param damaged entries of the index that were dropped because their checksum was wrong; their
 *     images count as embedded
 */
public record IndexUpdate(
    int embedded, int reused, int removed, int kept, int unreadable, int damaged) {
  IndexUpdate withDamaged(int entries) {
    return new IndexUpdate(embedded, reused, removed, kept, unreadable, entries);
  }
}
