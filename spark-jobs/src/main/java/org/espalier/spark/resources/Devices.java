package org.espalier.spark.resources;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The GPUs of this machine, as the tasks of this JVM take them. */
final class Devices {
  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
  private static final Devices THIS_JVM =
      new Devices(
          ArrayBackend.nd4j(),
          new NvidiaSmi("nvidia-smi"),
          VisibleDevices.parse(System.getenv("CUDA_VISIBLE_DEVICES")),
          Duration.ofMinutes(2),
          GpuReporting::report);

  private final ArrayBackend backend;
  private final GpuProbe probe;
  private final VisibleDevices visible;
  private final Duration patience;
  private final Consumer<GpuUse> report;
  private final DeviceLeases leases = new DeviceLeases();
  private List<Gpu> gpus;

  Devices(
      ArrayBackend backend,
      GpuProbe probe,
      VisibleDevices visible,
      Duration patience,
      Consumer<GpuUse> report) {
    this.backend = backend;
    this.probe = probe;
    this.visible = visible;
    this.patience = patience;
    this.report = report;
  }

  static Devices ofThisJvm() {
    return THIS_JVM;
  }

  /** Takes a task's GPU; see {@link TaskGpu#take}. */
  TaskGpu take(GpuTask task) {
    boolean cuda = backend.isCuda();
    List<String> candidates = task.assigned();
    if (candidates.isEmpty()) {
      if (!cuda) {
        return TaskGpu.none();
      }
      candidates = ownChoice(task);
    } else if (candidates.size() > 1) {
      // A thread computes on one device; the first is as good as any.
      candidates = candidates.subList(0, 1);
    }
    String address = lease(task, candidates);
    try {
      if (cuda) {
        bind(address);
      }
      long since = Clock.systemUTC().millis();
      return new TaskGpu(address, () -> giveBack(task, address, since));
    } catch (RuntimeException | Error e) {
      leases.giveBack(address, task.id());
      throw e;
    }
  }

  private List<String> ownChoice(GpuTask task) {
    if (!task.local()) {
      throw new GpuException(
          "Cannot compute with CUDA: Spark assigned no GPU to this task (ask for them by"
              + " spark.gpusPerTask, or use the build without the profile cuda)");
    }
    List<String> own = visible.addresses(gpus());
    if (own.isEmpty()) {
      throw new GpuException(
          "Cannot compute with CUDA: nvidia-smi shows no GPU that this process may use; use the"
              + " build without the profile cuda, which computes on CPUs");
    }
    return own;
  }

  private String lease(GpuTask task, List<String> candidates) {
    try {
      return leases.take(candidates, task.sharers(), task.id(), patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "Cannot wait for GPU " + String.join(" or ", candidates) + ": the task was cancelled");
    }
  }

  private void bind(String address) {
    gpus().stream()
        .filter(gpu -> gpu.hasAddress(address))
        .findFirst()
        .flatMap(CudaCode::objection)
        .ifPresent(
            objection -> {
              throw new GpuException(objection);
            });
    backend.bind(visible.number(address));
  }

  /** Returns the machine's GPUs; none where there is no way to tell. They are looked up once. */
  private synchronized List<Gpu> gpus() {
    if (gpus == null) {
      try {
        gpus = probe.gpus();
      } catch (IOException e) {
        LOG.warn("It cannot be checked whether ND4J has code for these GPUs: {}", e.getMessage());
        gpus = List.of();
      }
    }
    return gpus;
  }

  private void giveBack(GpuTask task, String address, long since) {
    report.accept(
        new GpuUse(
            task.sparkStage(),
            task.number(),
            task.attempt(),
            task.executor(),
            host(),
            address,
            since,
            Clock.systemUTC().millis()));
    leases.giveBack(address, task.id());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("unknown");
    }
  }
}
