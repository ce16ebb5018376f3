package org.espalier.nn.fused;

import org.bytedeco.javacpp.Pointer;

/** Numbers in native memory, float32. */
final class Floats {
  private Floats() {}

  static long bytes(int count) {
    return (long) count * Float.BYTES;
  }

  static float[] read(long address, int count) {
    float[] numbers = new float[count];
    Address.floats(address).get(numbers);
    return numbers;
  }

  /** Reads numbers in double precision. */
  static double[] readDoubles(long address, int count) {
    float[] numbers = read(address, count);
    double[] exact = new double[count];
    for (int i = 0; i < count; i++) {
      exact[i] = numbers[i];
    }
    return exact;
  }

  static void write(float[] numbers, long address) {
    Address.floats(address).put(numbers);
  }

  static void write(double[] numbers, int from, int count, long address) {
    float[] rounded = new float[count];
    for (int i = 0; i < count; i++) {
      rounded[i] = (float) numbers[from + i];
    }
    write(rounded, address);
  }

  /** Writes so many numbers again and again, one copy behind the other. */
  static void repeat(long from, int count, long to, int copies) {
    long done = bytes(count);
    Pointer.memcpy(Address.of(to), Address.of(from), done);
    for (long all = done * copies; done < all; done += Math.min(done, all - done)) {
      Pointer.memcpy(Address.of(to + done), Address.of(to), Math.min(done, all - done));
    }
  }
}
