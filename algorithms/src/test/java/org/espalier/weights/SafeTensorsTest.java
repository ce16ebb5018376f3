package org.espalier.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafeTensorsTest {
  private final Configuration configuration = new Configuration();
  @TempDir java.nio.file.Path folder;

  @Test
  void roundTripKeepsNamesOrderTypesShapesAndValues() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(
        "b", Tensor.of(Nd4j.createFromArray(new float[][] {{1, -2, 3}, {4, Float.MIN_VALUE, 6}})));
    tensors.put("a \"quoted\" Ä", Tensor.of(Nd4j.createFromArray(Math.PI, -0.0)));
    tensors.put("counts", Tensor.of(Nd4j.createFromArray(Long.MAX_VALUE, Long.MIN_VALUE)));
    tensors.put("scalar", Tensor.of(Nd4j.scalar(2.5f)));
    Path path = path("round.safetensors");
    SafeTensors.write(path, configuration, tensors);

    Map<String, Tensor> read = SafeTensors.read(path, configuration);

    assertThat(read.keySet()).containsExactly("b", "a \"quoted\" Ä", "counts", "scalar");
    assertThat(read.get("b")).hasToString("F32[2, 3]");
    assertThat(read.get("scalar")).hasToString("F32[]");
    read.forEach(
        (name, tensor) ->
            assertThat(tensor.toINDArray()).isEqualTo(tensors.get(name).toINDArray()));
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactly("round.safetensors");
    }
  }

  @Test
  void writingReplacesAnOlderFile() throws IOException {
    Path path = path("again.safetensors");
    SafeTensors.write(path, configuration, Map.of("old", Tensor.of(Nd4j.zeros(3))));
    SafeTensors.write(path, configuration, Map.of("new", Tensor.of(Nd4j.ones(2))));
    assertThat(SafeTensors.read(path, configuration)).containsOnlyKeys("new");
  }

  @Test
  void writesWhatTheFormatSays() throws IOException {
    Path path = path("bytes.safetensors");
    SafeTensors.write(
        path,
        configuration,
        Map.of("t", Tensor.of(Nd4j.createFromArray(1f, 2f))),
        Map.of("k", "v"));
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("bytes.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.getLong();
    assertThat(length % 8).isZero();
    byte[] header = new byte[(int) length];
    bytes.get(header);
    assertThat(new String(header, StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "{\"__metadata__\":{\"k\":\"v\"},\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
    assertThat(bytes.getFloat()).isEqualTo(1f);
    assertThat(bytes.getFloat()).isEqualTo(2f);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void transposedViewsAreWrittenRowMajor() throws IOException {
    INDArray matrix = Nd4j.createFromArray(new double[][] {{1, 2}, {3, 4}, {5, 6}});
    assertThat(Tensor.of(matrix.transpose()).toINDArray())
        .isEqualTo(Nd4j.createFromArray(new double[][] {{1, 3, 5}, {2, 4, 6}}));
  }

  @Property(tries = 100)
  void anyFloatsSurviveUnchanged(@ForAll @Size(min = 1, max = 20) float[] values) {
    float[] read = Tensor.of(Nd4j.createFromArray(values)).toINDArray().toFloatVector();
    assertThat(read).containsExactly(values);
  }

  @Property
  void halfPrecisionIsSignExponentAndFraction(
      @ForAll @IntRange(min = 0, max = 1) int sign,
      @ForAll @IntRange(min = 0, max = 30) int exponent,
      @ForAll @IntRange(min = 0, max = 1023) int fraction) {
    double magnitude =
        exponent == 0
            ? fraction / 1024.0 * Math.pow(2, -14)
            : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
    short bits = (short) (sign << 15 | exponent << 10 | fraction);
    byte[] data = {(byte) bits, (byte) (bits >> 8)};
    INDArray read = new Tensor(ElementType.F16, new long[] {1}, data).toINDArray();
    assertThat(read.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(read.getDouble(0)).isEqualTo(sign == 0 ? magnitude : -magnitude);
  }

  @Test
  void everyElementTypeIsRead() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(31).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(-1.5).putFloat(0.1f).putShort((short) 0x7c00).putShort((short) 0xc0a0);
    data.putLong(-7).putInt(1 << 20).put((byte) -3).put((byte) 200).put((byte) 1);
    String header =
        """
        {"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
         "f32":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},
         "f16":{"dtype":"F16","shape":[1],"data_offsets":[12,14]},
         "bf16":{"dtype":"BF16","shape":[1],"data_offsets":[14,16]},
         "i64":{"dtype":"I64","shape":[1],"data_offsets":[16,24]},
         "i32":{"dtype":"I32","shape":[1],"data_offsets":[24,28]},
         "i8":{"dtype":"I8","shape":[1],"data_offsets":[28,29]},
         "u8":{"dtype":"U8","shape":[1],"data_offsets":[29,30]},
         "bool":{"dtype":"BOOL","shape":[1],"data_offsets":[30,31]},
         "none":{"dtype":"I16","shape":[0,4],"data_offsets":[31,31]}}""";
    Map<String, Tensor> read = SafeTensors.read(file(header, data.array()), configuration);

    assertThat(read.get("f64").toINDArray().getDouble(0)).isEqualTo(-1.5);
    assertThat(read.get("f32").toINDArray().getFloat(0)).isEqualTo(0.1f);
    assertThat(read.get("f16").toINDArray().getFloat(0)).isInfinite();
    assertThat(read.get("bf16").toINDArray().getFloat(0)).isEqualTo(-5f);
    assertThat(read.get("i64").toINDArray().getLong(0)).isEqualTo(-7);
    assertThat(read.get("i32").toINDArray().getInt(0)).isEqualTo(1 << 20);
    assertThat(read.get("i8").toINDArray().getInt(0)).isEqualTo(-3);
    assertThat(read.get("u8").toINDArray().getInt(0)).isEqualTo(200);
    assertThat(read.get("bool").toINDArray().getInt(0)).isEqualTo(1);
    assertThat(read.get("none").toINDArray().shape()).containsExactly(0, 4);
    read.forEach(
        (name, tensor) ->
            assertThat(tensor.toINDArray().dataType()).isEqualTo(tensor.type().dataType()));
  }

  @Test
  void negativeEightBitAndSixteenBitIntegersKeepTheirSign() {
    byte[] data = {(byte) 0xfe, (byte) 0xff};
    assertThat(new Tensor(ElementType.I16, new long[] {1}, data).toINDArray().getInt(0))
        .isEqualTo(-2);
    assertThat(new Tensor(ElementType.I8, new long[] {2}, data).toINDArray().toIntVector())
        .containsExactly(-2, -1);
    assertThat(new Tensor(ElementType.U8, new long[] {2}, data).toINDArray().toIntVector())
        .containsExactly(254, 255);
  }

  /** Each header describes eight bytes of data wrongly. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | the header is not a JSON object (is this a safetensors file?)",
        "[1] | the header is not a JSON object (is this a safetensors file?)",
        "{'a' | the header is not valid JSON (",
        "{} {} | the header is not valid JSON (",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
            + " | the header is not valid JSON (Duplicate field 'a')",
        "{'a':{'dtype':'F31','shape':[2],'data_offsets':[0,8]}} | tensor a has no dtype that can be read (\"F31\"",
        "{'a':{'shape':[2],'data_offsets':[0,8]}} | tensor a has no dtype that can be read (none",
        "{'a':3} | tensor a has no dtype that can be read (none",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}} | tensor a has no shape of whole numbers (none)",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | tensor a has no shape of whole numbers ([-2])",
        "{'a':{'dtype':'F32','shape':[2.5],'data_offsets':[0,8]}} | tensor a has no shape of whole numbers ([2.5])",
        "{'a':{'dtype':'F32','shape':{'n':2},'data_offsets':[0,8]}} | tensor a has no shape of whole numbers",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8]}} | tensor a has wrong data_offsets ([8]",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | tensor a has wrong data_offsets ([8, 0]",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,99999999999999999999]}} | tensor a has no data_offsets of",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | tensor a of F32[3] has 8 bytes of data",
        "{'a':{'dtype':'F64','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | has 8 bytes of data",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}"
            + " | the header describes 16 bytes of data and the file holds 8 (is it cut short?)",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | bytes 4 to 8 of the data belong to no tensor",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | bytes 0 to 4 of the data belong to no tensor",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
            + " | tensors a and b overlap",
        "{'a':{'dtype':'U8','shape':[3000000000],'data_offsets':[0,3000000000]}}"
            + " | tensor a is larger than 2 GiB (3000000000 bytes)",
      })
  void aHeaderThatBreaksARuleIsOneSentence(String header, String reason) throws IOException {
    Path path = file(header.replace('\'', '"'), new byte[8]);
    assertThatThrownBy(() -> SafeTensors.read(path, configuration))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("Cannot read weights from " + path + ": ")
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1 | the header should be 18446744073709551615 bytes long and the file holds 12",
        "13 | the header should be 13 bytes long and the file holds 12",
        "0 | the header is not a JSON object",
      })
  void aHeaderLengthBeyondTheFileIsOneSentence(long length, String reason) throws IOException {
    byte[] bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    Files.write(folder.resolve("length.safetensors"), bytes);
    assertThatThrownBy(() -> SafeTensors.read(path("length.safetensors"), configuration))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    SafeTensors.write(
        path("whole.safetensors"),
        configuration,
        Map.of("a", Tensor.of(Nd4j.rand(3, 5)), "b", Tensor.of(Nd4j.rand(7))));
    byte[] whole = Files.readAllBytes(folder.resolve("whole.safetensors"));
    for (int length = 0; length < whole.length; length++) {
      Files.write(folder.resolve("cut.safetensors"), java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafeTensors.read(path("cut.safetensors"), configuration))
          .isInstanceOf(WeightsException.class)
          .hasMessageStartingWith("Cannot read weights from ");
    }
  }

  @Test
  void aHeaderLongerThanAllowedIsRefusedBeforeItIsRead() throws IOException {
    java.nio.file.Path sparse = folder.resolve("sparse.safetensors");
    try (var channel =
        Files.newByteChannel(
            sparse,
            java.nio.file.StandardOpenOption.CREATE_NEW,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001).flip());
      channel.position(100_000_020);
      channel.write(ByteBuffer.allocate(1));
    }
    assertThatThrownBy(() -> SafeTensors.read(path("sparse.safetensors"), configuration))
        .hasMessageContaining(
            "the header is longer than the 100000000 bytes that are allowed (100000001)");
  }

  @Test
  void absentFilesAndDirectoriesAreNamed() {
    assertThatThrownBy(() -> SafeTensors.read(path("none.safetensors"), configuration))
        .hasMessage(
            "Cannot read weights from " + path("none.safetensors") + ": there is no such file");
    assertThatThrownBy(() -> SafeTensors.read(new Path(folder.toUri()), configuration))
        .hasMessageEndingWith(": it is a directory");
    assertThatThrownBy(() -> SafeTensors.write(new Path(folder.toUri()), configuration, Map.of()))
        .hasMessageStartingWith("Cannot write weights to ")
        .hasMessageEndingWith(": it is a directory");
    assertThatThrownBy(() -> SafeTensors.read(new Path("nosuch:///file"), configuration))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("nosuch");
  }

  @Test
  void arraysOfOtherTypesAreNotWritten() {
    assertThatThrownBy(() -> Tensor.of(Nd4j.createFromArray(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a tensor: arrays of FLOAT, DOUBLE and LONG are written (INT)");
  }

  private Path path(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json).put(data);
    Files.write(folder.resolve("made.safetensors"), bytes.array());
    return path("made.safetensors");
  }
}
