package org.espalier.jobs.progress;

/**
 * What came of a stage; the report's {@code stages} are made of these.
 *
 * @param name the stage's name
 * @param epochs epochs of the stage; 1 for a single pass
 * @param images images worked on in the whole stage
 * @param seconds time taken
 * @param imagesPerSecond images a second over the whole stage, or NaN
 * @param top1 accuracy after the stage, on the test images or those held out, 0 to 1, or NaN where
 *     not measured
 */
public record StageResult(
    String name, int epochs, long images, double seconds, double imagesPerSecond, double top1) {

  /** Makes a result whose speed follows from images and seconds. */
  public static StageResult of(String name, int epochs, long images, double seconds, double top1) {
    double speed = seconds > 0 && images > 0 ? images / seconds : Double.NaN;
    return new StageResult(name, epochs, images, seconds, speed, top1);
  }
}
