package org.espalier.spark.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;
import org.espalier.spark.resources.GpuScheduling.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuRequestTest {
  private static final Optional<String> SCRIPT = Optional.of("/opt/gpus.sh");

  private static SparkConf applied(GpuRequest request, String master) {
    SparkConf conf = new SparkConf(false).setMaster(master);
    request.applyTo(conf, "3.5.7");
    return conf;
  }

  @Test
  void aClusterIsAskedForExecutorsAndTasks() {
    SparkConf conf = applied(new GpuRequest(1, 4, SCRIPT), "spark://host:7077");
    assertThat(conf.get("spark.executor.resource.gpu.amount")).isEqualTo("4");
    assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("1");
    assertThat(conf.get("spark.executor.resource.gpu.discoveryScript")).isEqualTo("/opt/gpus.sh");
    assertThat(conf.get("spark.executorEnv.CUDA_DEVICE_ORDER")).isEqualTo("PCI_BUS_ID");
    assertThat(conf.get("spark.plugins")).isEqualTo(GpuReporting.class.getName());
    assertThat(conf.contains("spark.executor.resource.gpu.vendor")).isFalse();
  }

  @Test
  void kubernetesIsToldTheVendor() {
    SparkConf conf = applied(new GpuRequest(0.25, 1, SCRIPT), "k8s://host");
    assertThat(conf.get("spark.executor.resource.gpu.vendor")).isEqualTo("nvidia.com");
    assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("0.25");
    assertThat(TaskGpu.sharers(conf)).isEqualTo(4);
  }

  @Test
  void aLocalMasterIsNotAskedSinceItWouldWaitForEver() {
    assertThat(applied(new GpuRequest(1, 1, SCRIPT), "local[2]").getAll()).hasSize(1);
  }

  @Test
  void whatIsSetAlreadyStands() {
    SparkConf conf =
        new SparkConf(false)
            .setMaster("spark://host:7077")
            .set("spark.task.resource.gpu.amount", "0.5")
            .set("spark.plugins", "org.example.Other");
    GpuRequest request = new GpuRequest(1, 2, Optional.empty());
    request.applyTo(conf, "3.5.7");
    request.applyTo(conf, "3.5.7");
    assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("0.5");
    assertThat(conf.get("spark.plugins"))
        .isEqualTo("org.example.Other," + GpuReporting.class.getName());
    assertThat(TaskGpu.sharers(conf)).isEqualTo(2);
    assertThat(TaskGpu.sharers(new SparkConf(false))).isEqualTo(1);
  }

  @Test
  void yarnNeedsAScript() {
    assertThatThrownBy(() -> applied(new GpuRequest(1, 1, Optional.empty()), "yarn"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot ask for GPUs: YARN needs a discovery script (a path on the executors'"
                + " machines)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 0.75, 2, Double.NaN})
  void aTaskHoldsOneOrAShare(double perTask) {
    assertThatThrownBy(() -> new GpuRequest(perTask, 1, SCRIPT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot ask for GPUs: a task holds 1, or at most 0.5 to share one (" + perTask + ")");
  }

  @Test
  void anExecutorHasAtLeastOne() {
    assertThatThrownBy(() -> new GpuRequest(1, 0, SCRIPT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot ask for GPUs: an executor has at least 1 (0)");
  }

  @Test
  void aStageAsksAsFarAsItCan() {
    SparkConf conf = applied(new GpuRequest(1, 4, SCRIPT), "k8s://host");
    conf.set("spark.task.cpus", "3");
    conf.set("spark.executor.cores", "12");

    assertThat(StageGpus.profile(Level.NONE, 1, conf)).isNull();
    assertThat(StageGpus.profile(Level.APPLICATION, 1, conf)).isNull();

    ResourceProfile none = StageGpus.profile(Level.STAGE_TASKS, 0, conf);
    assertThat(none.taskResourcesJMap().keySet()).containsExactly("cpus");
    assertThat(none.taskResourcesJMap().get("cpus").amount()).isEqualTo(3);

    ResourceProfile tasks = StageGpus.profile(Level.STAGE_TASKS, 1, conf);
    assertThat(tasks.taskResourcesJMap().get("gpu").amount()).isEqualTo(1);
    assertThat(tasks.executorResourcesJMap()).isEmpty();

    ResourceProfile executors = StageGpus.profile(Level.STAGE_EXECUTORS, 1, conf);
    assertThat(executors.executorResourcesJMap().get("gpu").amount()).isEqualTo(4);
    assertThat(executors.executorResourcesJMap().get("gpu").discoveryScript())
        .isEqualTo("/opt/gpus.sh");
    assertThat(executors.executorResourcesJMap().get("gpu").vendor()).isEqualTo("nvidia.com");
    assertThat(executors.executorResourcesJMap().get("cores").amount()).isEqualTo(12);
    assertThat(executors.executorResourcesJMap().get("memory").amount()).isEqualTo(1024);
  }
}
