package org.espalier.weights;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.espalier.export.onnx.OnnxException;
import org.espalier.export.onnx.OnnxImport;

/**
 * Networks from files and to files, by the file's ending: {@code .safetensors} holds the weights of
 * a known architecture, {@code .zip} a whole Deeplearning4j network, {@code .onnx} (read alone) a
 * whole network of any origin.
 */
public final class WeightsFile {
  private static final String SAFETENSORS = ".safetensors";
  private static final String ZIP = ".zip";
  private static final String ONNX = ".onnx";

  private WeightsFile() {}

  /**
   * Reads a network.
   *
   * @param path a {@code .safetensors}, {@code .zip} or {@code .onnx} file on any file system that
   *     Hadoop knows
   * @param configuration Hadoop's configuration
   * @param architecture the network that a safetensors file holds the weights of; the others bring
   *     their own
   * @return an initialised network; from a zip also with its updater's state, where it was saved
   * @throws WeightsException where the file is absent, broken, of another network or of another
   *     kind
   */
  public static ComputationGraph load(
      Path path, Configuration configuration, ComputationGraphConfiguration architecture)
      throws WeightsException {
    if (!isNamed(path, SAFETENSORS)) {
      return load(path, configuration);
    }
    ComputationGraph graph = new ComputationGraph(architecture);
    graph.init();
    loadInto(graph, path, configuration, NameMap.pytorch());
    return graph;
  }

  /**
   * Reads a whole network from a Deeplearning4j file, or from an ONNX file (see {@link
   * OnnxImport}).
   *
   * @param path a {@code .zip} or {@code .onnx} file on any file system that Hadoop knows
   * @param configuration Hadoop's configuration
   * @return an initialised network with its updater's state, where it was saved
   * @throws WeightsException where the file is absent, broken or of another kind
   */
  public static ComputationGraph load(Path path, Configuration configuration)
      throws WeightsException {
    if (isNamed(path, ONNX)) {
      return imported(path, configuration);
    }
    if (!isNamed(path, ZIP)) {
      throw new WeightsException(
          "Cannot read a network from %s: %s"
              .formatted(
                  path,
                  isNamed(path, SAFETENSORS)
                      ? "safetensors files hold no architecture"
                      : "only .safetensors, .zip and .onnx files are known"));
    }
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      Files.length(fileSystem, path);
      try (InputStream in = fileSystem.open(path)) {
        return restore(in);
      }
    } catch (IOException e) {
      throw new WeightsException("Cannot read a network from " + path + ": " + Files.reason(e), e);
    }
  }

  private static ComputationGraph imported(Path path, Configuration configuration)
      throws WeightsException {
    try {
      return OnnxImport.read(path, configuration);
    } catch (OnnxException e) {
      throw new WeightsException(e.getMessage(), e);
    }
  }

  /** Deeplearning4j reports a broken file by runtime exceptions of many kinds. */
  private static ComputationGraph restore(InputStream in) throws IOException {
    try {
      return ModelSerializer.restoreComputationGraph(in, true);
    } catch (RuntimeException e) {
      throw new WeightsException(
          "it is not a network that Deeplearning4j saved (" + Files.reason(e) + ")", e);
    }
  }

  /**
   * Reads a safetensors file into a network, under a name map.
   *
   * @throws WeightsException where the file is absent, broken or of another network; the network is
   *     unchanged then
   */
  public static void loadInto(
      ComputationGraph graph, Path path, Configuration configuration, NameMap names)
      throws WeightsException {
    PyTorchWeights.load(
        graph, SafeTensors.read(path, configuration), names, "the weights in " + path);
  }

  /**
   * Writes a network beside and renames: the file is there whole or not at all.
   *
   * @param graph an initialised network
   * @param path a {@code .safetensors} file (weights alone) or a {@code .zip} file (all, with the
   *     updater's state)
   * @param configuration Hadoop's configuration
   * @throws WeightsException where the file cannot be written
   */
  public static void save(ComputationGraph graph, Path path, Configuration configuration)
      throws WeightsException {
    if (isNamed(path, SAFETENSORS)) {
      SafeTensors.write(path, configuration, PyTorchWeights.save(graph));
    } else if (isNamed(path, ZIP)) {
      Files.write(path, configuration, out -> ModelSerializer.writeModel(graph, out, true));
    } else {
      throw new WeightsException(
          "Cannot write weights to " + path + ": only .safetensors and .zip files are known");
    }
  }

  private static boolean isNamed(Path path, String ending) {
    return path.getName().toLowerCase(Locale.ROOT).endsWith(ending);
  }
}
