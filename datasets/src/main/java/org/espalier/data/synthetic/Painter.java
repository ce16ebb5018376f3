package org.espalier.data.synthetic;

import java.util.SplittableRandom;
import org.espalier.data.LabeledImage;
import org.espalier.data.Part;
import org.espalier.data.RandomStreams;
import org.espalier.data.SyntheticSpec;

/**
 * Draws one image.
 *
 * <p>Only additions, multiplications, divisions and square roots are used, so an image is the same,
 * bit for bit, on every machine. Lengths are in units of 1/32 of the image's smaller extent.
 */
final class Painter {
  /** The rate, at difficulty 1, of images that show another class than their label says. */
  private static final double CONFUSION = 0.025;

  /** The standard deviation of the pixels' noise at difficulty 1, in grey levels. */
  private static final double NOISE = 9;

  /** The number of blobs at difficulty 1. */
  private static final double BLOBS = 3;

  private static final double MIN_CONTRAST = 70;

  private final SyntheticSpec spec;
  private final long index;
  private final int label;
  private final SplittableRandom random;
  private final double unit;
  private final double[] canvas;

  Painter(SyntheticSpec spec, Part part, long index) {
    this.spec = spec;
    this.index = index;
    this.label = (int) (index % spec.classes());
    this.random = RandomStreams.of(spec.seed(), "synthetic " + part.name(), index);
    this.unit = Math.min(spec.height(), spec.width()) / 32.0;
    this.canvas = new double[spec.height() * spec.width() * spec.channels()];
  }

  LabeledImage paint() {
    ground();
    int blobs = (int) Math.round(BLOBS * spec.difficulty());
    blobs(blobs);
    object(shownClass());
    blobs(blobs / 2);
    return new LabeledImage(
        noisyBytes(), spec.height(), spec.width(), spec.channels(), label, index);
  }

  private int shownClass() {
    boolean confused = random.nextDouble() < CONFUSION * spec.difficulty();
    int shift = 1 + random.nextInt(spec.classes() - 1);
    return confused ? (label + shift) % spec.classes() : label;
  }

  /** Fills the canvas with a gradient between two colours. */
  private void ground() {
    double[] from = colour();
    double[] to = colour();
    double right = random.nextDouble(-1, 1);
    double down = random.nextDouble(-1, 1);
    double span = Math.abs(right) + Math.abs(down) + 1e-9;
    for (int y = 0; y < spec.height(); y++) {
      for (int x = 0; x < spec.width(); x++) {
        double across = right * ((x + 0.5) / spec.width() - 0.5);
        double along = down * ((y + 0.5) / spec.height() - 0.5);
        blend(y, x, mixed(from, to, 0.5 + (across + along) / span), 1);
      }
    }
  }

  private void blobs(int count) {
    for (int i = 0; i < count; i++) {
      double[] colour = colour();
      double centreX = random.nextDouble() * spec.width();
      double centreY = random.nextDouble() * spec.height();
      double radius = random.nextDouble(1.0, 3.0) * unit;
      Figure figure = random.nextBoolean() ? Figure.DISC : Figure.SQUARE;
      stamp(
          centreX,
          centreY,
          radius,
          1,
          0,
          (y, x, u, v, cover) -> blend(y, x, colour, cover),
          figure);
    }
  }

  private void object(int shown) {
    int figures = (int) Math.ceil(Math.sqrt(spec.classes()));
    Figure figure = Figure.values()[shown % figures];
    Texture texture = Texture.values()[shown / figures];
    double[] first = colour();
    double[] second = contrasting(first);
    double radius = random.nextDouble(8.5, 12.5) * unit;
    double centreX = spec.width() / 2.0 + random.nextDouble(-4, 4) * unit;
    double centreY = spec.height() / 2.0 + random.nextDouble(-4, 4) * unit;
    double tangent = random.nextDouble(-0.1, 0.1);
    double cosine = (1 - tangent * tangent) / (1 + tangent * tangent);
    double sine = 2 * tangent / (1 + tangent * tangent);
    double phase = random.nextDouble();
    double stretch = random.nextDouble(0.9, 1.15);
    double mirror = random.nextBoolean() ? 1 : -1;
    stamp(
        centreX,
        centreY,
        radius,
        cosine,
        sine,
        (y, x, u, v, cover) ->
            blend(y, x, mixed(first, second, texture.at(mirror * u, v, phase, stretch)), cover),
        figure);
  }

  /** Receives the pixels that a figure covers. */
  private interface Brush {
    /** Paints a pixel whose centre is at (u, v) in the figure's own frame. */
    void touch(int y, int x, double u, double v, double cover);
  }

  /** Covers a figure's pixels, its edge softened by four samples a pixel. */
  private void stamp(
      double centreX,
      double centreY,
      double radius,
      double cosine,
      double sine,
      Brush brush,
      Figure figure) {
    for (int y = 0; y < spec.height(); y++) {
      for (int x = 0; x < spec.width(); x++) {
        double dx = (x + 0.5 - centreX) / radius;
        double dy = (y + 0.5 - centreY) / radius;
        if (dx * dx + dy * dy > 3) {
          continue;
        }
        double u = cosine * dx + sine * dy;
        double v = cosine * dy - sine * dx;
        double quarter = 0.25 / radius;
        int hits = 0;
        hits += figure.contains(u - quarter, v - quarter) ? 1 : 0;
        hits += figure.contains(u + quarter, v - quarter) ? 1 : 0;
        hits += figure.contains(u - quarter, v + quarter) ? 1 : 0;
        hits += figure.contains(u + quarter, v + quarter) ? 1 : 0;
        if (hits > 0) {
          brush.touch(y, x, u, v, hits / 4.0);
        }
      }
    }
  }

  private void blend(int y, int x, double[] colour, double cover) {
    int at = (y * spec.width() + x) * spec.channels();
    for (int c = 0; c < spec.channels(); c++) {
      canvas[at + c] += cover * (colour[c] - canvas[at + c]);
    }
  }

  private double[] colour() {
    double[] colour = new double[spec.channels()];
    for (int c = 0; c < colour.length; c++) {
      colour[c] = random.nextDouble() * 255;
    }
    return colour;
  }

  /** Returns a colour that is far enough from another in brightness. */
  private double[] contrasting(double[] other) {
    double[] colour = colour();
    while (Math.abs(brightness(colour) - brightness(other)) < MIN_CONTRAST) {
      colour = colour();
    }
    return colour;
  }

  private static double brightness(double[] colour) {
    double sum = 0;
    for (double value : colour) {
      sum += value;
    }
    return sum / colour.length;
  }

  private static double[] mixed(double[] first, double[] second, double share) {
    double[] mixed = new double[first.length];
    for (int c = 0; c < mixed.length; c++) {
      mixed[c] = first[c] + share * (second[c] - first[c]);
    }
    return mixed;
  }

  private byte[] noisyBytes() {
    byte[] bytes = new byte[canvas.length];
    for (int i = 0; i < bytes.length; i++) {
      double value = canvas[i] + NOISE * spec.difficulty() * bell();
      bytes[i] = (byte) (int) Math.round(Math.max(0, Math.min(255, value)));
    }
    return bytes;
  }

  /** Returns a number of mean 0 and variance 1, nearly normal: the sum of four uniform ones. */
  private double bell() {
    long bits = random.nextLong();
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += (bits >>> (16 * i)) & 0xffff;
    }
    return (sum / 65535 - 2) * 1.7320508075688772;
  }
}
