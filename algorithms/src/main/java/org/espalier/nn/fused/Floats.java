package org.espalier.nn.fused;

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
}
