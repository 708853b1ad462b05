/**
 * Sounds: reading files, resampling, and spectrograms in mel bands.
 *
 * <p>The arithmetic is that of torchaudio 2.7: {@code load}, {@code functional.resample} and {@code
 * compliance.kaldi.fbank}.
 */
package io.vlm4j.audio;
