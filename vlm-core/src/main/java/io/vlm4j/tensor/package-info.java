/**
 * The tensor backend: native tensors, scopes that free them, and the kernels that compute on them.
 *
 * <p>This is the only package that touches DJL's tensor classes. Every computation is a call into
 * {@link io.vlm4j.tensor.KernelLibrary}, whose TorchScript sources are resources beside this
 * package; nothing computes operator by operator over {@code NDArray}.
 */
package io.vlm4j.tensor;
