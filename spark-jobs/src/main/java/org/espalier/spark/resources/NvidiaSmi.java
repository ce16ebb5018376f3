package org.espalier.spark.resources;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks {@code nvidia-smi}, NVIDIA's tool that comes with the driver. */
final class NvidiaSmi implements GpuProbe {
  private static final int PATIENCE_SECONDS = 60;

  private final String command;

  NvidiaSmi(String command) {
    this.command = command;
  }

  @Override
  public List<Gpu> gpus() throws IOException {
    return parse(
        output(command, "--query-gpu=index,uuid,name,compute_cap", "--format=csv,noheader"));
  }

  /** Reads lines of the form {@code 0, GPU-1f, NVIDIA A10, 8.6}. */
  static List<Gpu> parse(String output) throws IOException {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : output.lines().filter(text -> !text.isBlank()).toList()) {
      String[] fields = line.split(",", -1);
      if (fields.length != 4 || !fields[0].strip().matches("\\d+")) {
        throw new IOException("Cannot read what nvidia-smi says: " + line.strip());
      }
      gpus.add(
          new Gpu(
              Integer.parseInt(fields[0].strip()),
              fields[1].strip(),
              fields[2].strip(),
              Optional.of(fields[3].strip())
                  .filter(text -> text.matches("\\d+\\.\\d+"))
                  .map(ComputeCapability::parse)));
    }
    return List.copyOf(gpus);
  }

  private static String output(String... arguments) throws IOException {
    Process process = new ProcessBuilder(arguments).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("nvidia-smi does not end");
      }
      if (process.exitValue() != 0) {
        throw new IOException("nvidia-smi failed: " + text.strip());
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while nvidia-smi ran", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
