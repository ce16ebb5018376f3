package org.espalier.jobs.progress;

/**
 * The beginning of a stage.
 *
 * @param stage the stage's name, unique in the job, for example {@code fine-tune}
 * @param firstEpoch the epoch to begin with: 1, or a later one after an interruption
 * @param epochs the number of epochs of the whole stage; 1 for a single pass
 * @param imagesPerEpoch images in an epoch; 0 where that is not known
 * @param measuredOn the images on which accuracy is measured, for example {@code test}
 */
public record StageStart(
    String stage, int firstEpoch, int epochs, long imagesPerEpoch, String measuredOn) {}
