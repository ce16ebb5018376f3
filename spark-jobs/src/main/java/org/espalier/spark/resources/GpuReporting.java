package org.espalier.spark.resources;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the driver which task held which GPU when.
 *
 * <p>A plugin that Spark starts on the driver and on each executor ({@code spark.plugins}), for the
 * way between them that it has.
 */
public final class GpuReporting implements SparkPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(GpuReporting.class);
  private static final List<Consumer<GpuUse>> LISTENERS = new CopyOnWriteArrayList<>();
  private static volatile PluginContext executor;

  /** Somebody who wants to know no longer. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Has the driver's JVM tell of each use when it is over, before the task that it was for ends.
   *
   * @param listener is called from several threads
   */
  public static Registration listen(Consumer<GpuUse> listener) {
    LISTENERS.add(listener);
    return () -> LISTENERS.remove(listener);
  }

  /** Tells the driver, from an executor; without the plugin nobody is told. */
  static void report(GpuUse use) {
    PluginContext context = executor;
    if (context == null) {
      return;
    }
    try {
      context.ask(use);
    } catch (Exception e) {
      LOG.warn("The driver does not learn that {} is over", use, e);
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new OnDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OnExecutor();
  }

  private static final class OnDriver implements DriverPlugin {
    @Override
    public Map<String, String> init(SparkContext sc, PluginContext context) {
      return Map.of();
    }

    @Override
    public Object receive(Object message) {
      GpuUse use = (GpuUse) message;
      LISTENERS.forEach(listener -> listener.accept(use));
      return true;
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      executor = context;
    }

    @Override
    public void shutdown() {
      executor = null;
    }
  }
}
