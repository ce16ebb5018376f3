package org.espalier.spark.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfile$;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.ResourceProfileManager;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.scheduler.LiveListenerBus;
import org.espalier.spark.resources.GpuScheduling.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuSchedulingTest {
  @ParameterizedTest
  @CsvSource({
    "local, LOCAL",
    "local[4], LOCAL",
    "'local[2,4]', LOCAL",
    "'local-cluster[2,1,1024]', LOCAL_CLUSTER",
    "spark://host:7077, STANDALONE",
    "'spark://a:7077,b:7077', STANDALONE",
    "yarn, YARN",
    "k8s://https://host:6443, KUBERNETES",
    "mesos://host:5050, OTHER"
  })
  void theMasterTellsTheManager(String master, ClusterManager manager) {
    assertThat(ClusterManager.of(master)).isEqualTo(manager);
  }

  @ParameterizedTest
  @CsvSource({
    "LOCAL, 3.5.7, false, NONE",
    "LOCAL, 3.5.7, true, NONE",
    "OTHER, 3.5.7, true, APPLICATION",
    "STANDALONE, 3.3.4, false, APPLICATION",
    "STANDALONE, 3.4.0, false, STAGE_TASKS",
    "STANDALONE, 3.5.7, false, STAGE_TASKS",
    "STANDALONE, 3.3.4, true, APPLICATION",
    "STANDALONE, 3.4.0, true, STAGE_EXECUTORS",
    "LOCAL_CLUSTER, 3.5.7, false, STAGE_TASKS",
    "YARN, 3.0.3, true, APPLICATION",
    "YARN, 3.1.0, true, STAGE_EXECUTORS",
    "YARN, 3.5.0, false, APPLICATION",
    "YARN, 3.5.1, false, STAGE_TASKS",
    "KUBERNETES, 3.4.3, false, APPLICATION",
    "KUBERNETES, 3.5.7, false, STAGE_TASKS",
    "KUBERNETES, 4.0.0, true, STAGE_EXECUTORS"
  })
  void theLevelFollowsManagerVersionAndAllocation(
      ClusterManager manager, String version, boolean dynamic, Level level) {
    GpuScheduling scheduling = GpuScheduling.decide(manager, SparkVersion.parse(version), dynamic);
    assertThat(scheduling.level()).isEqualTo(level);
    assertThat(scheduling.reason()).isNotBlank();
  }

  @Test
  void theReasonIsASentence() {
    assertThat(GpuScheduling.decide(ClusterManager.YARN, SparkVersion.parse("3.5.0"), false))
        .extracting(GpuScheduling::reason)
        .isEqualTo(
            "YARN has task resources of a stage without dynamic allocation since Spark 3.5.1,"
                + " and this is 3.5.0");
  }

  @Test
  void versionsAreReadAndCompared() {
    assertThat(SparkVersion.parse("3.5.1-SNAPSHOT")).isEqualTo(new SparkVersion(3, 5, 1));
    assertThat(SparkVersion.parse("3.10")).isGreaterThan(new SparkVersion(3, 9, 9));
    assertThatThrownBy(() -> SparkVersion.parse("next"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot read the version of Spark: it must begin like 3.5.1 (next)");
  }

  private static boolean allows(ResourceProfileManager manager, ResourceProfile profile) {
    try {
      return manager.isSupported(profile);
    } catch (Exception e) {
      assertThat(e).isInstanceOf(SparkException.class);
      return false;
    }
  }

  /** Spark keeps the first default profile of a JVM until a context stops. */
  @AfterEach
  void forgetDefaultProfile() {
    ResourceProfile$.MODULE$.clearDefaultProfile();
  }

  /** Asks the Spark on the class path what it allows. */
  @ParameterizedTest
  @CsvSource({
    "local[2], false",
    "'local-cluster[1,1,512]', false",
    "'local-cluster[1,1,512]', true",
    "spark://host:7077, false",
    "spark://host:7077, true",
    "yarn, false",
    "yarn, true",
    "k8s://host, false",
    "k8s://host, true",
  })
  void sparkAgrees(String master, boolean dynamic) {
    SparkConf conf =
        new SparkConf(false)
            .setMaster(master)
            .set("spark.dynamicAllocation.enabled", Boolean.toString(dynamic));
    ResourceProfileManager spark = new ResourceProfileManager(conf, new LiveListenerBus(conf));
    TaskResourceRequests tasks = new TaskResourceRequests().cpus(1).resource("gpu", 1);
    ResourceProfile ofTasks = new ResourceProfileBuilder().require(tasks).build();
    ResourceProfile ofExecutors =
        new ResourceProfileBuilder()
            .require(tasks)
            .require(new ExecutorResourceRequests().resource("gpu", 1, "script", "vendor"))
            .build();

    Level level = GpuScheduling.of(conf, org.apache.spark.package$.MODULE$.SPARK_VERSION()).level();

    assertThat(allows(spark, ofTasks)).isEqualTo(level != Level.NONE);
    assertThat(allows(spark, ofExecutors)).isEqualTo(level == Level.STAGE_EXECUTORS);
  }
}
