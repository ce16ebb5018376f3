package org.espalier.jobs.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.jobs.output.JsonFormat;

/** Writes reports as JSON and reads them. */
public final class ReportFiles {
  private static final ObjectMapper JSON = JsonFormat.pretty();

  private ReportFiles() {}

  /** Returns the content of {@code report.json}. */
  public static String json(Report report) {
    try {
      return JSON.writeValueAsString(report) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot write the report: not representable as JSON (" + e.getOriginalMessage() + ")", e);
    }
  }

  /**
   * Reads the content of {@code report.json}.
   *
   * @throws IllegalArgumentException when it is no report
   */
  public static Report read(String json) {
    try {
      ObjectNode object = JSON.readValue(json, ObjectNode.class);
      Map<String, Object> more = new LinkedHashMap<>();
      for (String name : fieldNames(object)) {
        if (!isComponent(name)) {
          more.put(name, JSON.treeToValue(object.remove(name), Object.class));
        }
      }
      object.set("more", JSON.valueToTree(more));
      return JSON.treeToValue(object, Report.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot read the report: " + e.getOriginalMessage() + " (" + e.getLocation() + ")", e);
    }
  }

  private static List<String> fieldNames(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static boolean isComponent(String name) {
    return Arrays.stream(Report.class.getRecordComponents())
        .map(RecordComponent::getName)
        .anyMatch(name::equals);
  }
}
