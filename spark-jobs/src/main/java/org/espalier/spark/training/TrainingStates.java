package org.espalier.spark.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.espalier.data.DataException;
import org.espalier.data.files.AtomicFiles;

/**
 * Training states as bytes and as files.
 *
 * <p>The format: {@code ESPT}, version, origin, configuration, parameters, updater state, counters,
 * the epoch's sums, and the SHA-256 of all that; numbers are big-endian.
 */
public final class TrainingStates {
  private static final int MAGIC = 0x45535054;
  private static final int VERSION = 2;
  private static final int DIGEST_BYTES = 32;

  private TrainingStates() {}

  /**
   * Returns a state as bytes.
   *
   * @param origin what the state belongs to, for example a digest of the job's configuration
   */
  public static byte[] toBytes(TrainingState state, String origin) {
    byte[] content = content(state);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length + 128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      writeText(out, origin);
      out.write(content);
      writeSums(out, state.sums());
      out.write(digest(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns the state that bytes hold.
   *
   * @param origin what the state must belong to
   * @param name what the bytes are called in messages
   * @throws DataException when the bytes are damaged, or belong to something else
   */
  public static TrainingState fromBytes(byte[] bytes, String origin, String name)
      throws DataException {
    int end = bytes.length - DIGEST_BYTES;
    if (end < 8 || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
      throw new DataException("Cannot resume: " + name + " is not a training state");
    }
    byte[] expected = Arrays.copyOfRange(bytes, end, bytes.length);
    if (!Arrays.equals(expected, digest(Arrays.copyOf(bytes, end)))) {
      throw new DataException("Cannot resume: " + name + " is damaged (its digest differs)");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 4, end - 4))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw new DataException(
            String.format(
                "Cannot resume: %s has format version %d, supported is %d",
                name, version, VERSION));
      }
      String found = readText(in);
      if (!found.equals(origin)) {
        throw new DataException(
            String.format(
                "Cannot resume: %s belongs to another run (%s, expected %s)", name, found, origin));
      }
      return new TrainingState(
          readText(in), readFloats(in), readFloats(in), in.readInt(), in.readInt(), readSums(in));
    } catch (EOFException e) {
      throw new DataException("Cannot resume: " + name + " ends too early", e);
    } catch (DataException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a state beside its file, then renames it, so that the file is always whole. */
  public static void write(TrainingState state, String origin, Path file, Configuration hadoop)
      throws IOException {
    AtomicFiles.write(file, hadoop, out -> out.write(toBytes(state, origin)));
  }

  /**
   * Reads a state.
   *
   * @throws DataException when the file is damaged, or belongs to something else
   */
  public static TrainingState read(String origin, Path file, Configuration hadoop)
      throws IOException {
    try (FSDataInputStream in = file.getFileSystem(hadoop).open(file)) {
      return fromBytes(in.readAllBytes(), origin, file.toString());
    }
  }

  /** What training goes on from, which what it took does not belong to. */
  static byte[] content(TrainingState state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writeText(out, state.configuration());
      writeFloats(out, state.parameters());
      writeFloats(out, state.updaterState());
      out.writeInt(state.epoch());
      out.writeInt(state.iteration());
      out.writeInt(state.sums().steps());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot compute a digest: every Java has SHA-256", e);
    }
  }

  private static void writeSums(DataOutputStream out, EpochSums sums) throws IOException {
    out.writeLong(sums.images());
    out.writeDouble(sums.lossSum());
    out.writeLong(sums.judged());
    out.writeLong(sums.right());
    out.writeDouble(sums.seconds());
  }

  private static EpochSums readSums(DataInputStream in) throws IOException {
    return new EpochSums(
        in.readInt(),
        in.readLong(),
        in.readDouble(),
        in.readLong(),
        in.readLong(),
        in.readDouble());
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void writeFloats(DataOutputStream out, float[] values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
    buffer.asFloatBuffer().put(values);
    out.writeInt(values.length);
    out.write(buffer.array());
  }

  private static float[] readFloats(DataInputStream in) throws IOException {
    byte[] bytes = new byte[4 * in.readInt()];
    in.readFully(bytes);
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }
}
