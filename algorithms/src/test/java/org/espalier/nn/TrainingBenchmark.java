package org.espalier.nn;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Training and inference speed of a CIFAR ResNet, these layers against Deeplearning4j's own, in
 * images a second.
 *
 * <p>Arguments: depth (20), batch (128), seconds for each measurement (10), "ours", "stock" or
 * "both" (both). Threads are set with the environment variable OMP_NUM_THREADS.
 */
final class TrainingBenchmark {
  private TrainingBenchmark() {}

  /** Prints one line a measurement. */
  public static void main(String[] args) {
    int depth = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 128;
    double seconds = args.length > 2 ? Double.parseDouble(args[2]) : 10;
    String which = args.length > 3 ? args[3] : "both";
    double ours = which.equals("stock") ? 0 : measure("ours", ResNets.ours(depth), batch, seconds);
    double stock =
        which.equals("ours") ? 0 : measure("stock", ResNets.stock(depth), batch, seconds);
    if (which.equals("both")) {
      print("training ratio %.1f in processor time", ours / stock);
    }
  }

  private static double measure(
      String name, ComputationGraphConfiguration configuration, int batch, double seconds) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, 10);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, i % 10, 1);
    }
    DataSet data = new DataSet(Graphs.normal(DataType.FLOAT, 1, batch, 32, 32, 3), labels);
    double[] training = rate(() -> network.fit(data), batch, seconds);
    double[] inference = rate(() -> network.outputSingle(data.getFeatures()), batch, seconds / 3);
    print("%s: training %.1f, inference %.1f images/s", name, training[0], inference[0]);
    print("%s: training %.1f, inference %.1f images/CPU s", name, training[1], inference[1]);
    return training[1];
  }

  /** Images in a second, and in a second of processor time. */
  private static double[] rate(Runnable step, int batch, double seconds) {
    long warm = System.nanoTime() + (long) (seconds * 5e8);
    do {
      step.run();
    } while (System.nanoTime() < warm);
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long processorStart = process.getProcessCpuTime();
    long start = System.nanoTime();
    int steps = 0;
    double elapsed;
    do {
      step.run();
      steps++;
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < seconds);
    double processor = (process.getProcessCpuTime() - processorStart) / 1e9;
    return new double[] {steps * batch / elapsed, steps * batch / processor};
  }

  @SuppressWarnings("SystemOut")
  private static void print(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
