package org.espalier.export.onnx;

import org.espalier.quantize.Quantization;

/**
 * What the codes of a rounded activation stand for, as uint8, and which of them are in use.
 *
 * @param scale the distance of two codes, above 0
 * @param zero the code of 0
 * @param low the smallest code in use, from 0
 * @param high the greatest code in use, to 255
 */
record ActivationGrid(float scale, int zero, int low, int high) {
  static final int LARGEST = 255;

  /** The same grid with codes from 0; signed ones are moved up. */
  static ActivationGrid of(Quantization quantization) {
    int up = quantization.unsignedOffset();
    return new ActivationGrid(
        quantization.scale(),
        quantization.zeroPoint() + up,
        quantization.codes().min() + up,
        quantization.codes().max() + up);
  }

  /** Whether a code stands for the same number in both. */
  boolean hasCodesOf(ActivationGrid other) {
    return scale == other.scale && zero == other.zero;
  }

  /** The same grid with all codes in use. */
  ActivationGrid unlimited() {
    return new ActivationGrid(scale, zero, 0, LARGEST);
  }

  boolean isUnlimited() {
    return low == 0 && high == LARGEST;
  }

  /** The same grid with those of its codes in use that lie between two. */
  ActivationGrid within(int least, int greatest) {
    return new ActivationGrid(
        scale, zero, Math.min(high, Math.max(low, least)), Math.max(low, Math.min(high, greatest)));
  }

  /** The code of a number, among all 256. */
  int code(float value) {
    return (int) Math.max(0, Math.min(LARGEST, (long) Math.rint(value / scale) + zero));
  }
}
