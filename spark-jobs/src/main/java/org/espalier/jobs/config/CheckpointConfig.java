package org.espalier.jobs.config;

/**
 * What a job keeps of its training, so that it can go on where it was killed.
 *
 * @param steps steps between two states within an epoch, or 0
 * @param minutes minutes between two states within an epoch, or 0
 * @param keep how many of a stage are kept, at least 1
 */
public record CheckpointConfig(int steps, int minutes, int keep) {

  static CheckpointConfig from(Section section) {
    return new CheckpointConfig(
        section.whole("steps", 0), section.whole("minutes", 0), section.whole("keep", 1));
  }
}
