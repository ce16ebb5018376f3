package org.espalier.spark.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * A standalone Spark cluster on this machine: a master and workers, each a JVM of its own, made of
 * the jars of the tests' class path.
 *
 * <p>As a static field with {@code @RegisterExtension} it lives as long as the tests of a class;
 * when one fails, the last lines of all logs are printed. The tests' shared Spark is stopped, as a
 * JVM has one at a time. Nothing outlives the tests' JVM, however that ends.
 */
public final class StandaloneCluster
    implements AutoCloseable, BeforeAllCallback, AfterAllCallback, TestWatcher {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern MASTER_URL =
      Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED =
      Pattern.compile("Successfully registered with master (spark://\\S+)");
  private static final String LOG_SETTINGS =
      """
      rootLogger.level = info
      rootLogger.appenderRef.console.ref = console
      appender.console.type = Console
      appender.console.name = console
      appender.console.target = SYSTEM_ERR
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1}: %m%n
      """;

  private final int size;
  private final int cores;
  private final int gpus;
  private final List<ChildJvm> workers = new ArrayList<>();
  private Path folder;
  private ChildJvm master;
  private String url;
  private int replacements;

  private StandaloneCluster(int size, int cores, int gpus) {
    this.size = size;
    this.cores = cores;
    this.gpus = gpus;
  }

  /**
   * Describes a cluster.
   *
   * @param workers the number of workers
   * @param cores cores of each, as Spark counts them; a machine may have fewer
   * @param gpus GPUs of each, which a script pretends to find: 0, 1 and so on
   */
  public static StandaloneCluster of(int workers, int cores, int gpus) {
    return new StandaloneCluster(workers, cores, gpus);
  }

  /** Starts it; returns when all workers are known to the master. */
  public StandaloneCluster start() throws IOException, InterruptedException {
    SharedSpark.stop();
    folder = Files.createTempDirectory("espalier-cluster");
    Files.createDirectories(folder.resolve("home/jars"));
    Files.writeString(folder.resolve("log4j2.properties"), LOG_SETTINGS);
    try {
      master = daemon("master", List.of(), "org.apache.spark.deploy.master.Master", List.of());
      url = master.await(MASTER_URL, PATIENCE);
      for (int worker = 0; worker < size; worker++) {
        workers.add(worker("worker-" + worker));
      }
      for (ChildJvm worker : workers) {
        worker.await(REGISTERED, PATIENCE);
      }
      return this;
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private ChildJvm worker(String name) throws IOException {
    List<String> options = new ArrayList<>();
    if (gpus > 0) {
      options.add("-Dspark.worker.resource.gpu.amount=" + gpus);
      options.add("-Dspark.worker.resource.gpu.discoveryScript=" + discoveryScript());
    }
    return daemon(
        name,
        options,
        "org.apache.spark.deploy.worker.Worker",
        List.of(
            "--cores",
            Integer.toString(cores),
            "--memory",
            "4g",
            "--work-dir",
            folder.resolve(name).toString(),
            url));
  }

  private ChildJvm daemon(
      String name, List<String> options, String mainClass, List<String> arguments)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("-Xmx256m", logOption()));
    all.addAll(options);
    List<String> address = List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0");
    return ChildJvm.start(
        name,
        folder,
        all,
        environment(),
        mainClass,
        Stream.concat(address.stream(), arguments.stream()).toList());
  }

  /** What makes of the tests' class path a Spark that can start executors. */
  private Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME", folder.resolve("home").toString(),
        "SPARK_SCALA_VERSION", "2.12",
        "SPARK_DIST_CLASSPATH", ChildJvm.classPath(),
        "SPARK_LOCAL_IP", "127.0.0.1",
        "SPARK_NO_DAEMONIZE", "1",
        "OMP_NUM_THREADS", "1");
  }

  private String logOption() {
    return "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties").toUri();
  }

  private Path discoveryScript() throws IOException {
    Path script = folder.resolve("gpus.sh");
    if (!Files.exists(script)) {
      String addresses =
          IntStream.range(0, gpus)
              .mapToObj(gpu -> "\"" + gpu + "\"")
              .collect(Collectors.joining(","));
      Files.writeString(
          script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [" + addresses + "]}'\n");
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return script;
  }

  /** Returns the master's URL. */
  public String url() {
    return url;
  }

  /**
   * Returns a configuration for an application whose driver is this JVM, or another on this
   * machine: an executor a worker, with all of its cores.
   */
  public SparkConf conf(String name) {
    return new SparkConf(false)
        .setMaster(url)
        .setAppName(name)
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.executor.memory", "512m")
        .set("spark.executor.extraJavaOptions", logOption())
        .set("spark.executorEnv.OMP_NUM_THREADS", "1")
        .set("spark.locality.wait", "0");
  }

  /** Returns the executors of a worker that are alive. */
  public List<ProcessHandle> executors(int worker) {
    return workers.get(worker).process().descendants().filter(ProcessHandle::isAlive).toList();
  }

  /** Kills a worker's executors, as {@code kill -9} does; the worker starts new ones. */
  public void killExecutors(int worker) {
    List<ProcessHandle> executors = executors(worker);
    if (executors.isEmpty()) {
      throw new IllegalStateException("Cannot kill executors: worker " + worker + " has none");
    }
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills a worker and its executors, as {@code kill -9} does; it is not replaced. */
  public void killWorker(int worker) {
    workers.get(worker).kill();
  }

  /** Starts a worker in place of one that was killed; returns when the master knows it. */
  public void replaceWorker(int worker) throws IOException, InterruptedException {
    workers.get(worker).close();
    workers.set(worker, worker("worker-" + worker + "-" + ++replacements));
    workers.get(worker).await(REGISTERED, PATIENCE);
  }

  /** Returns the last lines of all logs, executors' included. */
  public String logs() {
    StringBuilder text = new StringBuilder();
    Stream.concat(Stream.ofNullable(master), workers.stream())
        .forEach(child -> text.append(child.tail()));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.endsWith("stderr")).sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        text.append("---- ").append(folder.relativize(file)).append('\n');
        lines.stream()
            .skip(Math.max(0, lines.size() - 60))
            .forEach(line -> text.append(line).append('\n'));
      }
    } catch (IOException | UncheckedIOException e) {
      text.append("---- no more logs (").append(e.getMessage()).append(")\n");
    }
    return text.toString();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
    start();
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    System.err.println("Logs at the failure of " + context.getDisplayName() + "\n" + logs());
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    for (ChildJvm worker : workers) {
      worker.close();
    }
    workers.clear();
    if (master != null) {
      master.close();
      master = null;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
