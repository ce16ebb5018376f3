package org.espalier.jobs.progress;

/**
 * What came of an epoch; the report's curves are made of these.
 *
 * @param stage the stage's name
 * @param epoch the epoch, from 1
 * @param loss mean loss over the training images, or NaN
 * @param accuracy accuracy on the training images, 0 to 1, or NaN
 * @param testLoss mean loss over the images on which accuracy is measured, or NaN
 * @param top1 share of these images whose class is the first choice, or NaN
 * @param learningRate the learning rate of the epoch, or NaN
 * @param images images worked on
 * @param seconds time taken
 */
public record EpochResult(
    String stage,
    int epoch,
    double loss,
    double accuracy,
    double testLoss,
    double top1,
    double learningRate,
    long images,
    double seconds) {}
