package org.espalier.spark.training;

import java.io.Serializable;
import java.time.Duration;
import org.espalier.spark.collective.RingEndpoint;
import org.espalier.spark.collective.Wire;

/**
 * How ranks reach each other, and for what.
 *
 * @param timeout how long a rank waits for another before it gives up; positive
 * @param wire how gradients travel
 * @param syncBatchNorm whether batch normalisation sees the batches of all ranks
 * @param checkSteps after how many steps ranks compare their networks; 0 for the segment's end only
 * @param longest after how much time a segment ends; zero for no such bound
 * @param meeting how ranks learn of each other
 * @param token what ranks of one stage know each other by
 */
record AllReduceSettings(
    Duration timeout,
    Wire wire,
    boolean syncBatchNorm,
    int checkSteps,
    Duration longest,
    Ranks.Meeting meeting,
    String token)
    implements Serializable {

  /** Returns the same, segments of which end after a time; zero for no such bound. */
  AllReduceSettings within(Duration time) {
    return new AllReduceSettings(timeout, wire, syncBatchNorm, checkSteps, time, meeting, token);
  }

  /** Returns the same for a stage of its own. */
  AllReduceSettings withNewToken() {
    return new AllReduceSettings(
        timeout, wire, syncBatchNorm, checkSteps, longest, meeting, RingEndpoint.newToken());
  }
}
