/**
 * JMH benchmarks of the kernels, in milliseconds an operation; {@code benchmarks/jmh} runs them.
 */
package io.vlm4j.benchmarks;
