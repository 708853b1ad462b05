package io.vlm4j.train;

import io.vlm4j.tensor.DType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a run leaves its results, and what it reports. None of this changes the weights that come
 * out.
 *
 * @param out the folder of the model
 * @param resume true to go on from the folder's checkpoint
 * @param cache folder of the encoder's features
 * @param cacheType FLOAT16 or FLOAT32
 * @param checkpointEvery steps between checkpoints
 * @param sampleEvery steps between sample captions and losses on {@code dev}; 0 for none
 * @param samples how many images get sample captions
 * @param limit when to stop, with a checkpoint, before all steps are done; may be empty
 * @param selfContained true to copy encoder and language model into the model's folder
 */
public record TrainingRun(
    Path out,
    boolean resume,
    Path cache,
    DType cacheType,
    int checkpointEvery,
    int sampleEvery,
    int samples,
    Optional<Duration> limit,
    boolean selfContained) {}
