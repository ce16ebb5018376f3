package org.espalier.spark.training;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.espalier.spark.collective.RingAllReduce;
import org.espalier.spark.collective.RingEndpoint;
import org.espalier.spark.collective.RingSettings;

/** Has the tasks of a barrier stage join hands. */
final class Ranks {
  private Ranks() {}

  /** How ranks learn of each other. */
  interface Meeting extends Serializable {
    /** Tells the others a rank's address; returns all, by rank. */
    List<String> addresses(BarrierTaskContext context, String own);
  }

  /** Over Spark's own connections. */
  static List<String> throughSpark(BarrierTaskContext context, String own) {
    return List.of(context.allGather(own));
  }

  /** Connects this task with those of the other partitions, whose numbers are the ranks. */
  static RingAllReduce join(BarrierTaskContext context, AllReduceSettings settings) {
    int rank = context.partitionId();
    String executor = context.getTaskInfos()[rank].address();
    String host = executor.substring(0, executor.lastIndexOf(':'));
    try (RingEndpoint endpoint = RingEndpoint.open(host)) {
      List<String> addresses = settings.meeting().addresses(context, endpoint.address());
      return endpoint.connect(
          rank,
          addresses,
          settings.token(),
          RingSettings.defaults().withTimeout(settings.timeout()));
    }
  }
}
