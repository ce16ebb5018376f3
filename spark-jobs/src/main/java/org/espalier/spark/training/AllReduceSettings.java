package org.espalier.spark.training;

import java.io.Serializable;
import java.time.Duration;
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
    implements Serializable {}
