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
 * @param token what ranks of one stage know each other by
 */
record AllReduceSettings(Duration timeout, Wire wire, boolean syncBatchNorm, String token)
    implements Serializable {

  /** Returns the settings of a stage of its own. */
  static AllReduceSettings of(Duration timeout, Wire wire, boolean syncBatchNorm) {
    return new AllReduceSettings(timeout, wire, syncBatchNorm, RingEndpoint.newToken());
  }

  /** Returns the same for another stage. */
  AllReduceSettings withNewToken() {
    return of(timeout, wire, syncBatchNorm);
  }
}
