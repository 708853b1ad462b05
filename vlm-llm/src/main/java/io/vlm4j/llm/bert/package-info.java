/**
 * BERT as a decoder that writes while it looks at an image or at a question's states: BLIP's.
 *
 * <p>Reference: modeling_blip_text.py in transformers 4.57.
 */
package io.vlm4j.llm.bert;
