package org.espalier.jobs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.ImageShape;
import org.espalier.export.onnx.OnnxExport;
import org.espalier.export.onnx.OnnxModel;
import org.espalier.graph.Cost;

/**
 * Writes networks into a job's output folder as ONNX files, with what is known of their origin: the
 * classes, the accuracy, the cost, the version and the configuration's fingerprint.
 */
public final class OnnxFiles {
  /** The name of the file. */
  public static final String NAME = "model.onnx";

  static final String PARAMETERS = "parameters";
  static final String MACS = "macs";

  private final ImageShape shape;
  private final List<String> classes;
  private final Map<String, String> more = new TreeMap<>();

  /**
   * For networks that take images of a shape.
   *
   * @param classes the names of the classes in the order of the outputs; empty where not known
   */
  OnnxFiles(ImageShape shape, List<String> classes) {
    this.shape = shape;
    this.classes = classes;
  }

  /** Adds something else worth knowing. */
  OnnxFiles metadata(String key, String value) {
    more.put(key, value);
    return this;
  }

  /**
   * Writes {@value #NAME}, whole or not at all: in integers where the network is in deployment
   * form, else in float32.
   *
   * @param network a network; of quantised ones, what conversion gave
   * @param images what it was made for
   * @param top1 its share of right answers, where measured
   * @return the file's size in bytes
   * @throws IOException when the file cannot be written
   * @throws IllegalArgumentException when the network has no ONNX form, with the layer
   */
  public static long write(
      ComputationGraph network, Images images, OptionalDouble top1, JobContext context)
      throws IOException {
    return new OnnxFiles(images.set().shape(), images.set().classNames())
        .write(network, top1, context, UnaryOperator.identity());
  }

  long write(
      ComputationGraph network,
      OptionalDouble top1,
      JobContext context,
      UnaryOperator<OnnxExport> settings)
      throws IOException {
    OnnxModel model = model(network, top1, context, settings);
    model.write(context.path(NAME), context.hadoop());
    return model.bytes().length;
  }

  /** Returns what would be written. */
  OnnxModel model(
      ComputationGraph network,
      OptionalDouble top1,
      JobContext context,
      UnaryOperator<OnnxExport> settings) {
    InputType input =
        InputType.convolutional(
            shape.height(), shape.width(), shape.channels(), Subject.format(network));
    Cost cost = Cost.of(network, input);
    OnnxExport export =
        OnnxExport.of(network, input)
            .metadata("espalier", Version.espalier())
            .metadata("fingerprint", context.fingerprint())
            .metadata(PARAMETERS, Long.toString(cost.parameters()))
            .metadata(MACS, Long.toString(cost.macs()));
    more.forEach(export::metadata);
    if (!classes.isEmpty()) {
      export.classNames(classes);
    }
    top1.ifPresent(export::top1);
    return settings.apply(export).build();
  }
}
