package org.espalier.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads and writes safetensors files: named tensors, without code.
 *
 * <p>A file is the header's length (eight bytes, little-endian), the header (JSON) and the tensors'
 * values. All the {@linkplain ElementType element types} are read; tensors made of arrays are F32,
 * F64 or I64. See <a href="https://huggingface.co/docs/safetensors">the format's documentation</a>.
 */
public final class SafeTensors {
  private static final int PREFIX = 8;

  private SafeTensors() {}

  /**
   * Reads every tensor of a file.
   *
   * @param path a file on any file system that Hadoop knows
   * @param configuration Hadoop's configuration
   * @return the tensors by name, in the order of their data; may be changed
   * @throws WeightsException where the file is absent or breaks a rule of the format, in one
   *     sentence that names it
   */
  public static Map<String, Tensor> read(Path path, Configuration configuration)
      throws WeightsException {
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      long length = Files.length(fileSystem, path);
      try (FSDataInputStream in = fileSystem.open(path)) {
        return read(in, length);
      }
    } catch (IOException e) {
      throw new WeightsException("Cannot read weights from " + path + ": " + Files.reason(e), e);
    }
  }

  private static Map<String, Tensor> read(FSDataInputStream in, long length) throws IOException {
    if (length < PREFIX) {
      throw new WeightsException("it is too short for a safetensors file (" + length + " bytes)");
    }
    byte[] prefix = new byte[PREFIX];
    in.readFully(prefix);
    long headerLength = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerLength < 0 || headerLength > length - PREFIX) {
      throw new WeightsException(
          "the header should be %s bytes long and the file holds %d (is this a safetensors file?)"
              .formatted(Long.toUnsignedString(headerLength), length - PREFIX));
    }
    if (headerLength > SafeTensorsHeader.LONGEST) {
      throw new WeightsException(
          "the header is longer than the %d bytes that are allowed (%d)"
              .formatted(SafeTensorsHeader.LONGEST, headerLength));
    }
    byte[] header = new byte[(int) headerLength];
    in.readFully(header);
    List<SafeTensorsHeader.Entry> entries =
        SafeTensorsHeader.parse(header, length - PREFIX - headerLength);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (SafeTensorsHeader.Entry entry : entries) {
      byte[] data = new byte[(int) (entry.end() - entry.begin())];
      in.readFully(data);
      tensors.put(
          entry.name(),
          new Tensor(
              entry.type(), entry.shape().stream().mapToLong(Long::longValue).toArray(), data));
    }
    return tensors;
  }

  /**
   * Writes tensors in the map's order, with the metadata {@code format: pt} that PyTorch's tools
   * look for.
   */
  public static void write(Path path, Configuration configuration, Map<String, Tensor> tensors)
      throws WeightsException {
    write(path, configuration, tensors, Map.of("format", "pt"));
  }

  /**
   * Writes tensors to a file, beside and renamed: the file is there whole or not at all.
   *
   * @param path a file on any file system that Hadoop knows; replaced where it exists
   * @param configuration Hadoop's configuration
   * @param tensors the tensors by name, written in the map's order
   * @param metadata free text by name, such as source and licence
   * @throws WeightsException where the file cannot be written
   */
  public static void write(
      Path path,
      Configuration configuration,
      Map<String, Tensor> tensors,
      Map<String, String> metadata)
      throws WeightsException {
    byte[] header = SafeTensorsHeader.format(tensors, metadata);
    Files.write(path, configuration, out -> write(out, header, tensors));
  }

  private static void write(OutputStream out, byte[] header, Map<String, Tensor> tensors)
      throws IOException {
    out.write(
        ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
    out.write(header);
    WritableByteChannel channel = Channels.newChannel(out);
    for (Tensor tensor : tensors.values()) {
      channel.write(tensor.bytes());
    }
  }
}
