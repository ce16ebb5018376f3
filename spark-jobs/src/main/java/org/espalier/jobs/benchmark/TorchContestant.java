package org.espalier.jobs.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.espalier.jobs.config.BenchmarkConfig;
import org.espalier.jobs.config.Section;
import org.espalier.zoo.NetworkOptions;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * A network that PyTorch trains in a process of its own: eager, channels last (its faster layout
 * for these networks), SGD with Nesterov momentum, autocast to bfloat16 in mixed precision.
 */
public final class TorchContestant implements Contestant {
  private final TorchProcess torch;
  private final int batch;
  private final long parameters;

  private TorchContestant(TorchProcess torch, String description, int batch) {
    this.torch = torch;
    this.batch = batch;
    this.parameters = Long.parseLong(torch.ask(description));
  }

  /**
   * Returns the version of the PyTorch that a Python has.
   *
   * @param python a command or a path
   * @throws org.espalier.jobs.JobFailedException where there is no such Python, or no PyTorch in it
   */
  public static String version(String python) {
    try (TorchProcess torch = new TorchProcess(python, 1)) {
      return torch.version();
    }
  }

  /**
   * Describes a network, its batch and its optimiser.
   *
   * @param options what it was built with; the updater is {@link Nesterovs}
   * @return JSON in one line, for {@link #start}
   * @throws IllegalArgumentException where it has a layer that is not served
   */
  public static String describe(
      BenchmarkConfig config, ComputationGraphConfiguration network, NetworkOptions options) {
    Nesterovs updater = (Nesterovs) options.updater();
    Map<String, Object> sgd =
        Map.of(
            "lr", updater.getLearningRate(),
            "momentum", updater.getMomentum(),
            "nesterov", true,
            "weight_decay", options.l2());
    List<Integer> images =
        List.of(config.batch(), options.height(), options.width(), options.channels());
    Map<String, Object> settings =
        Map.of(
            "vertices", TorchNetwork.of(network),
            "images", images,
            "classes", options.classes(),
            "threads", config.threadsPerTask(),
            "precision", Section.nameOf(config.precision()),
            "sgd", sgd);
    try {
      return new ObjectMapper().writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Makes a new network.
   *
   * @param description what {@link #describe} returned
   * @throws org.espalier.jobs.JobFailedException where PyTorch cannot
   */
  public static TorchContestant start(BenchmarkConfig config, String description) {
    TorchProcess torch = new TorchProcess(config.python(), config.threadsPerTask());
    try {
      return new TorchContestant(torch, description, config.batch());
    } catch (RuntimeException e) {
      torch.close();
      throw e;
    }
  }

  /** Returns how many numbers the network learns. */
  long parameters() {
    return parameters;
  }

  @Override
  public void train() {
    torch.ask("train");
  }

  @Override
  public void infer() {
    torch.ask("infer");
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public Optional<ProcessHandle> process() {
    return Optional.of(torch.handle());
  }

  @Override
  public void close() {
    torch.close();
  }
}
