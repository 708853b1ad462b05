/**
 * LLaVA-NeXT (LLaVA-1.6): LLaVA over the tiles of an image of any resolution.
 *
 * <p>Announcement: <a href="https://llava-vl.github.io/blog/2024-01-30-llava-next/">LLaVA-NeXT:
 * improved reasoning, OCR, and world knowledge</a>. Reference: modeling_llava_next.py in
 * transformers 4.57.
 */
package io.vlm4j.models.llavanext;
