/**
 * Text in and out: tokenizers from hub folders and GGUF files, streaming detokenisation, and chat
 * templates. Nothing here knows of tensors.
 */
package io.vlm4j.text;
