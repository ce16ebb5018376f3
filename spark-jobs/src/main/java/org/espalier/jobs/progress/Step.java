package org.espalier.jobs.progress;

/**
 * Images worked on since the last step was told.
 *
 * @param images how many; negative where some that were told are taken back
 * @param loss their mean loss, or NaN
 * @param accuracy their accuracy, 0 to 1, or NaN
 */
public record Step(long images, double loss, double accuracy) {}
