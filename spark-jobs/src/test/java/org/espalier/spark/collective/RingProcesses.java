package org.espalier.spark.collective;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A ring whose ranks are processes of this machine. */
final class RingProcesses implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();
  private final List<BufferedReader> outputs = new ArrayList<>();
  private final List<PrintStream> inputs = new ArrayList<>();

  RingProcesses(int ranks, Duration timeout, List<String> options) throws IOException {
    for (int rank = 0; rank < ranks; rank++) {
      start(rank, timeout, options);
    }
    List<String> addresses = new ArrayList<>();
    for (BufferedReader output : outputs) {
      addresses.add(output.readLine());
    }
    String token = RingEndpoint.newToken();
    for (PrintStream input : inputs) {
      input.println(token);
      input.println(String.join(",", addresses));
    }
  }

  private void start(int rank, Duration timeout, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx64m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:MaxDirectMemorySize=512m");
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(RingProcess.class.getName());
    command.add(Integer.toString(rank));
    command.add(Long.toString(timeout.toSeconds()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    outputs.add(process.inputReader(StandardCharsets.UTF_8));
    inputs.add(new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8));
  }

  /** Gives every rank a command. */
  void tell(String command) {
    inputs.forEach(input -> input.println(command));
  }

  /** Returns the next line of a rank. */
  String hear(int rank) throws IOException {
    return outputs.get(rank).readLine();
  }

  /** Kills a rank as an operator would: it cleans nothing up. */
  void kill(int rank) {
    processes.get(rank).destroyForcibly();
  }

  @Override
  public void close() {
    inputs.forEach(PrintStream::close);
    processes.forEach(Process::destroyForcibly);
  }
}
