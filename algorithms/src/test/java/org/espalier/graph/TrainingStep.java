package org.espalier.graph;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Trains a saved network for one step; a program of its own, for a process of its own. */
final class TrainingStep {
  private TrainingStep() {}

  /** The same four images and labels every time. */
  static DataSet batch(int side) {
    INDArray images = ZooNetworks.normal(11, 0, 1, 4, side, side, 3);
    return new DataSet(images, Nd4j.eye(10).get(NDArrayIndex.interval(0, 4)).dup());
  }

  /** Runs {@link #main} in a new process and returns its exit status. */
  static int inFreshProcess(File saved, File trained) throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            "-Xmx512m",
            "-cp",
            classPath,
            TrainingStep.class.getName(),
            saved.getPath(),
            trained.getPath())
        .inheritIO()
        .start()
        .waitFor();
  }

  /**
   * Loads, trains, saves.
   *
   * @param files the network's file, and the file for its parameters
   */
  public static void main(String[] files) throws IOException {
    ComputationGraph network = ModelSerializer.restoreComputationGraph(files[0], true);
    network.fit(batch(8));
    Nd4j.saveBinary(network.params(), new File(files[1]));
  }
}
