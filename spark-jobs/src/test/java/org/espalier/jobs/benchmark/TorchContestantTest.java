package org.espalier.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.jobs.JobFailedException;
import org.espalier.jobs.Pythons;
import org.espalier.jobs.config.BenchmarkConfig;
import org.espalier.jobs.config.Peer;
import org.espalier.nn.fused.Precision;
import org.espalier.zoo.NetworkOptions;
import org.espalier.zoo.Networks;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Nesterovs;

class TorchContestantTest {
  @TempDir Path folder;

  private static BenchmarkConfig config(String network, Precision precision, String python) {
    return new BenchmarkConfig(
        network, 2, 1, 1, precision, 1, 0.01, Optional.of(Peer.TORCH), python);
  }

  /** Of the network's own options, but without large images. */
  private static NetworkOptions options(String network, Shortcut shortcut) {
    NetworkOptions.Builder options = SyntheticBatch.options(network);
    if (!network.equals("lenet5")) {
      options.input(32, 32, 3);
    }
    return options.updater(new Nesterovs(0.01, 0.9)).l2(1e-4).shortcut(shortcut).build();
  }

  private static TorchContestant start(BenchmarkConfig config, NetworkOptions options) {
    ComputationGraphConfiguration network = Networks.named(config.network(), options);
    return TorchContestant.start(config, TorchContestant.describe(config, network, options));
  }

  /** A program in place of Python. */
  private String program(String lines) throws IOException {
    Path file = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + lines);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "lenet5, IDENTITY",
    "resnet20, IDENTITY",
    "resnet20, CONVOLUTION",
    "resnet20, PROJECTION",
    "resnet50, PROJECTION",
    "mobilenetv2, IDENTITY",
    "densenet100, IDENTITY"
  })
  void pyTorchHasTheSameNetwork(String name, Shortcut shortcut) {
    BenchmarkConfig config = config(name, Precision.FLOAT32, Pythons.withTorch());
    NetworkOptions options = options(name, shortcut);
    ComputationGraph ours = new ComputationGraph(Networks.named(name, options));
    ours.init();
    long learnt =
        ours.paramTable().entrySet().stream()
            .filter(entry -> !entry.getKey().endsWith("_mean") && !entry.getKey().endsWith("_var"))
            .map(Map.Entry::getValue)
            .mapToLong(INDArray::length)
            .sum();
    try (TorchContestant torch = start(config, options)) {
      assertThat(torch.parameters()).isEqualTo(learnt);
      torch.train();
      torch.infer();
      torch.train();
      assertThat(torch.batch()).isEqualTo(2);
    }
  }

  @Test
  void pyTorchComputesInMixedPrecision() {
    BenchmarkConfig config = config("resnet20", Precision.BF16_MIXED, Pythons.withTorch());
    try (TorchContestant torch = start(config, options("resnet20", Shortcut.PROJECTION))) {
      torch.train();
      torch.infer();
    }
  }

  @Test
  void itsProcessEndsWithIt() throws Exception {
    BenchmarkConfig config = config("lenet5", Precision.FLOAT32, Pythons.withTorch());
    ProcessHandle process;
    try (TorchContestant torch = start(config, options("lenet5", Shortcut.IDENTITY))) {
      process = torch.process().orElseThrow();
      assertThat(process.isAlive()).isTrue();
    }
    process.onExit().get();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void whatPyTorchSaysIsPassedOn() throws IOException {
    String python = program("echo error ModuleNotFoundError: No module named \\'torch\\'\n");
    assertThatThrownBy(() -> TorchContestant.version(python))
        .isInstanceOf(JobFailedException.class)
        .hasMessage("PyTorch says: ModuleNotFoundError: No module named 'torch'");
  }

  @Test
  void aNetworkThatPyTorchCannotMakeIsAnError() {
    BenchmarkConfig config = config("lenet5", Precision.FLOAT32, Pythons.withTorch());
    assertThatThrownBy(() -> TorchContestant.start(config, "{\"threads\": 1}"))
        .isInstanceOf(JobFailedException.class)
        .hasMessage("PyTorch says: KeyError: 'precision'");
  }

  @Test
  void aPythonThatEndsBeforeItsTimeIsAnError() throws IOException {
    String python = program("echo torch 9\nread line\necho done 7\nread line\nexit 3\n");
    BenchmarkConfig config = config("lenet5", Precision.FLOAT32, python);
    try (TorchContestant torch = start(config, options("lenet5", Shortcut.IDENTITY))) {
      assertThat(torch.parameters()).isEqualTo(7);
      assertThatThrownBy(torch::train)
          .isInstanceOf(JobFailedException.class)
          .hasMessage("The Python with PyTorch has ended before its time");
      assertThatThrownBy(torch::infer)
          .isInstanceOf(JobFailedException.class)
          .hasMessage("The Python with PyTorch has ended before its time");
    }
  }

  @Test
  void otherLayersAreRefused() {
    NetworkOptions options = options("lenet5", Shortcut.IDENTITY);
    ComputationGraphConfiguration network = Networks.named("lenet5", options);
    network
        .getVertices()
        .put(
            "dropout",
            new LayerVertex(
                new NeuralNetConfiguration.Builder().layer(new DropoutLayer(0.5)).build(), null));
    assertThatThrownBy(() -> TorchNetwork.of(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot write a network in PyTorch: only what networks of the zoo are made of is served"
                + " (dropout of type DropoutLayer)");
  }
}
