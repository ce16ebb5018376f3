package org.espalier.spark.training;

/**
 * How well a network predicts.
 *
 * @param images the number of images judged
 * @param top1 the share of images whose class had the highest probability, 0 to 1
 * @param top5 the share of images whose class was among the five most probable, 0 to 1
 * @param loss the mean cross-entropy in nats, without regularisation
 */
public record Evaluation(long images, double top1, double top5, double loss) {}
