/**
 * Models that a user puts together: a folder whose {@code config.json} names an encoder, a
 * connector and a language model, the pooling before the connector, and the prompt. The embedded
 * default is one.
 *
 * <pre>{@code
 * {
 *   "model_type": "vlm4j",
 *   "encoder": {"path": "encoder", "feature_layers": [], "class_token": false},
 *   "pooling": {"average": 2, "pixel_shuffle": 2},
 *   "connector": {"path": "connector"},
 *   "language_model": {"path": "SmolLM2-135M-Instruct.Q4_1.gguf"},
 *   "prompt": {
 *     "user": "<|im_start|>user\n{content}<|im_end|>\n",
 *     "assistant": "<|im_start|>assistant\n{content}<|im_end|>\n",
 *     "answer": "<|im_start|>assistant\n",
 *     "caption": "Write a short caption."
 *   }
 * }
 * }</pre>
 *
 * <p>The encoder may be a {@link io.vlm4j.JointEmbedder} (a folder of ImageBind): then a prompt's
 * image or sound is one vector, as in PandaGPT.
 */
package io.vlm4j.models.assembled;
