/**
 * Folders of the Python library timm: {@code config.json} with an {@code architecture} and {@code
 * model_args}, and {@code model.safetensors}.
 */
package io.vlm4j.encoders.timm;
