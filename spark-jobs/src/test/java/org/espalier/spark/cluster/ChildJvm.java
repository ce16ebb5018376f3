package org.espalier.spark.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A JVM with the tests' class path that lives no longer than the tests' own. */
public final class ChildJvm implements AutoCloseable {
  private static final int TAIL_LINES = 60;

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread hook;

  private ChildJvm(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.hook = new Thread(this::kill, "end " + name);
  }

  /**
   * Starts one.
   *
   * @param name what its log is called
   * @param folder where its log is written
   * @param options of the JVM, heap and system properties for example
   * @param environment added to this process's environment
   * @param mainClass the program
   * @param arguments its arguments
   */
  public static ChildJvm start(
      String name,
      Path folder,
      List<String> options,
      Map<String, String> environment,
      String mainClass,
      List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(opens());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), Leash.class.getName()));
    command.addAll(List.of(Long.toString(ProcessHandle.current().pid()), mainClass));
    command.addAll(arguments);
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    ChildJvm child = new ChildJvm(name, builder.start(), log);
    Runtime.getRuntime().addShutdownHook(child.hook);
    return child;
  }

  /** Returns the class path of the tests, however they were started. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Returns the options of this JVM that open the JDK's packages to Spark. */
  static List<String> opens() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .toList();
  }

  /** Returns the process. */
  public Process process() {
    return process;
  }

  /** Returns what it has said so far. */
  public String said() throws IOException {
    return Files.readString(log);
  }

  /** Returns its last lines. */
  public String tail() {
    try {
      List<String> lines = said().lines().toList();
      return "---- "
          + name
          + "\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()))
          + "\n";
    } catch (IOException e) {
      return "---- " + name + ": no log (" + e.getMessage() + ")\n";
    }
  }

  /**
   * Waits until it says something.
   *
   * @return what the pattern's first group found
   * @throws IllegalStateException when it ends, or does not say it in time
   */
  public String await(Pattern pattern, Duration patience) throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Matcher matcher = pattern.matcher(said());
      if (matcher.find()) {
        return matcher.group(1);
      }
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException(
            "Cannot use " + name + ": it did not say " + pattern + "\n" + tail());
      }
      Thread.sleep(50);
    }
  }

  /** Kills it and all that it started, as {@code kill -9} does. */
  public void kill() {
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      List<ProcessHandle> started = descendants.toList();
      process.destroyForcibly();
      started.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Override
  public void close() {
    kill();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).exceptionally(late -> process).join();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The tests' JVM is ending, and the hook runs.
    }
  }
}
