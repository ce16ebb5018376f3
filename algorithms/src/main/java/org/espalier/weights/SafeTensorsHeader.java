package org.espalier.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file: what it says, checked against the format's rules.
 *
 * <p>The rules are those of the format's own documentation: a JSON object of names, each with a
 * known element type, a shape of whole numbers and two data offsets that fit both; together the
 * tensors cover the data once, without holes.
 */
final class SafeTensorsHeader {
  /** The longest header that the format allows, in bytes. */
  static final long LONGEST = 100_000_000;

  /** The largest tensor that fits one Java array, in bytes. */
  static final long LARGEST_TENSOR = Integer.MAX_VALUE - 8L;

  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * One tensor's place: its bytes are those from {@code begin} to {@code end} (exclusive) of the
   * data.
   */
  record Entry(String name, ElementType type, List<Long> shape, long begin, long end) {}

  private SafeTensorsHeader() {}

  /**
   * Reads a header.
   *
   * @param header the header's bytes
   * @param dataLength bytes that follow the header in the file
   * @return the tensors in the order of their data
   * @throws WeightsException where the header breaks a rule, with the rule as message
   */
  static List<Entry> parse(byte[] header, long dataLength) throws WeightsException {
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : object(header).properties()) {
      if (!field.getKey().equals(METADATA)) {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkCoverage(entries, dataLength);
    return entries;
  }

  /**
   * Writes the header of tensors whose data follow one another in the map's order, padded with
   * spaces.
   */
  static byte[] format(Map<String, Tensor> tensors, Map<String, String> metadata) {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = root.putObject(METADATA);
      metadata.forEach(node::put);
    }
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      ObjectNode node = root.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      ArrayNode shape = node.putArray("shape");
      Arrays.stream(tensor.shape()).forEach(shape::add);
      long end = at + tensor.bytes().remaining();
      node.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static ObjectNode object(byte[] header) throws WeightsException {
    if (header.length == 0 || header[0] != '{') {
      throw new WeightsException("the header is not a JSON object (is this a safetensors file?)");
    }
    try {
      return (ObjectNode) JSON.readTree(header);
    } catch (JsonProcessingException e) {
      throw new WeightsException(
          "the header is not valid JSON (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw new WeightsException("the header is not valid JSON (" + e.getMessage() + ")", e);
    }
  }

  private static Entry entry(String name, JsonNode node) throws WeightsException {
    ElementType type = type(name, node.path("dtype"));
    List<Long> shape = wholeNumbers(name, "shape", node.path("shape"));
    List<Long> offsets = wholeNumbers(name, "data_offsets", node.path("data_offsets"));
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw new WeightsException(
          "tensor " + name + " has wrong data_offsets (" + offsets + ", not [begin, end])");
    }
    long size = offsets.get(1) - offsets.get(0);
    if (size != size(type, shape)) {
      throw new WeightsException(
          "tensor %s of %s%s has %d bytes of data".formatted(name, type, shape, size));
    }
    if (size > LARGEST_TENSOR) {
      throw new WeightsException("tensor " + name + " is larger than 2 GiB (" + size + " bytes)");
    }
    return new Entry(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private static ElementType type(String name, JsonNode node) throws WeightsException {
    for (ElementType type : ElementType.values()) {
      if (node.isTextual() && type.name().equals(node.textValue())) {
        return type;
      }
    }
    throw new WeightsException(
        "tensor %s has no dtype that can be read (%s, not one of %s)"
            .formatted(
                name, node.isMissingNode() ? "none" : node, Arrays.toString(ElementType.values())));
  }

  private static List<Long> wholeNumbers(String name, String field, JsonNode node)
      throws WeightsException {
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : node) {
      if (number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0) {
        numbers.add(number.longValue());
      }
    }
    if (!node.isArray() || numbers.size() != node.size()) {
      throw new WeightsException(
          "tensor %s has no %s of whole numbers (%s)"
              .formatted(name, field, node.isMissingNode() ? "none" : node));
    }
    return numbers;
  }

  /** Bytes that a tensor takes, or -1 where they are too many to count. */
  private static long size(ElementType type, List<Long> shape) {
    try {
      long size = type.bytes();
      for (long dimension : shape) {
        size = Math.multiplyExact(size, dimension);
      }
      return size;
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private static void checkCoverage(List<Entry> entries, long dataLength) throws WeightsException {
    long at = 0;
    String previous = "";
    for (Entry entry : entries) {
      if (entry.begin() < at) {
        throw new WeightsException("tensors " + previous + " and " + entry.name() + " overlap");
      }
      if (entry.begin() > at) {
        throw new WeightsException(
            "bytes %d to %d of the data belong to no tensor".formatted(at, entry.begin()));
      }
      at = entry.end();
      previous = entry.name();
    }
    if (at > dataLength) {
      throw new WeightsException(
          "the header describes %d bytes of data and the file holds %d (is it cut short?)"
              .formatted(at, dataLength));
    }
    if (at < dataLength) {
      throw new WeightsException(
          "bytes %d to %d of the data belong to no tensor".formatted(at, dataLength));
    }
  }
}
