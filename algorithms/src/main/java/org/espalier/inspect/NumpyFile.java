package org.espalier.inspect;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arrays as NumPy's {@code .npy} files, version 1.0: float32, little endian, C order.
 *
 * <p><a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The
 * format</a>.
 */
final class NumpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;
  private static final int CHUNK = 1 << 14;

  private NumpyFile() {}

  /** Writes an array; what is not float32 is converted. */
  static void write(INDArray array, OutputStream out) throws IOException {
    String shape =
        Arrays.stream(array.shape()).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
    int unpadded = MAGIC.length + 2 + header.length() + 1;
    String padded = header + " ".repeat(Math.floorMod(-unpadded, ALIGNMENT)) + "\n";
    out.write(MAGIC);
    out.write(padded.length() & 0xFF);
    out.write(padded.length() >> 8);
    out.write(padded.getBytes(StandardCharsets.US_ASCII));
    float[] values = Activations.values(array);
    ByteBuffer bytes = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      bytes.clear().asFloatBuffer().put(values, from, count);
      out.write(bytes.array(), 0, 4 * count);
    }
  }
}
