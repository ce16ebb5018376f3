package org.espalier.jobs.console;

import org.espalier.jobs.progress.EpochResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.jobs.progress.Step;

/** Where a stage stands, and how that reads. */
final class StageState {
  private static final int BAR = 24;
  private static final double SMOOTHING = 0.3;

  private final StageStart start;
  private final long startNanos;
  private int epoch;
  private long imagesInEpoch;
  private long images;
  private double loss = Double.NaN;
  private double accuracy = Double.NaN;

  StageState(StageStart start, long startNanos) {
    this.start = start;
    this.startNanos = startNanos;
    this.epoch = start.firstEpoch();
  }

  void add(Step step) {
    images += step.images();
    imagesInEpoch += step.images();
    loss = smooth(loss, step.loss());
    accuracy = smooth(accuracy, step.accuracy());
  }

  private static double smooth(double old, double fresh) {
    if (Double.isNaN(fresh)) {
      return old;
    }
    return Double.isNaN(old) ? fresh : old + SMOOTHING * (fresh - old);
  }

  /** Returns the images on which accuracy is measured. */
  String measuredOn() {
    return start.measuredOn();
  }

  void nextEpoch(int next) {
    epoch = next;
    imagesInEpoch = 0;
  }

  /** Returns how the bar reads when so much of it is filled. */
  static String bar(double share) {
    int filled = (int) Math.round(share * BAR);
    return "[" + "=".repeat(filled) + " ".repeat(BAR - filled) + "]";
  }

  private double epochShare() {
    return start.imagesPerEpoch() <= 0
        ? 0
        : Math.min(1, imagesInEpoch / (double) start.imagesPerEpoch());
  }

  /** Share of this run's part of the stage. */
  private double stageShare() {
    int toDo = start.epochs() - start.firstEpoch() + 1;
    return toDo <= 0 ? 1 : Math.min(1, (epoch - start.firstEpoch() + epochShare()) / (double) toDo);
  }

  /** Returns the line for a terminal. */
  String bar(long now) {
    return "  " + place() + " " + bar(epochShare()) + facts(now);
  }

  /** Returns the line for a log. */
  String plain(long now) {
    return "  " + place() + " " + Math.round(100 * epochShare()) + " %" + facts(now);
  }

  private String place() {
    return start.epochs() > 1 ? "epoch " + epoch + "/" + start.epochs() : start.stage();
  }

  private String facts(long now) {
    double seconds = (now - startNanos) / 1e9;
    StringBuilder text = new StringBuilder(learned(loss, accuracy));
    if (seconds > 0 && images > 0) {
      text.append("  ").append(Texts.speed(images / seconds));
    }
    double share = stageShare();
    if (share > 0.001) {
      text.append("  ").append(Texts.duration(seconds * (1 - share) / share)).append(" left");
    }
    return text.toString();
  }

  String epochLine(EpochResult result) {
    StringBuilder text = new StringBuilder("  ");
    if (start.epochs() > 1) {
      text.append("epoch ").append(result.epoch()).append('/').append(start.epochs());
    } else {
      text.append("pass complete");
    }
    text.append(learned(result.loss(), result.accuracy()));
    if (!Double.isNaN(result.top1())) {
      text.append("  ").append(start.measuredOn()).append(' ').append(Texts.percent(result.top1()));
    }
    if (result.seconds() > 0 && result.images() > 0) {
      text.append("  ").append(Texts.speed(result.images() / result.seconds()));
    }
    return text.append("  ").append(Texts.duration(result.seconds())).toString();
  }

  private static String learned(double loss, double accuracy) {
    return (Double.isNaN(loss) ? "" : "  loss " + Texts.number(loss, 4))
        + (Double.isNaN(accuracy) ? "" : "  accuracy " + Texts.percent(accuracy));
  }
}
