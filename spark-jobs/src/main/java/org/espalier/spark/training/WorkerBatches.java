package org.espalier.spark.training;

import java.io.IOException;
import java.io.Serializable;

/** The batches that one worker has in an epoch, each made when asked for. */
interface WorkerBatches {

  /** Returns their number. */
  int steps();

  /** Returns one of them; the same whenever it is asked for. */
  WorkerBatch batch(int step) throws IOException;

  /** Finds the batches in what a partition holds; travels to executors. */
  interface Opener<S> extends Serializable {
    /** Returns the batches of a share of the data in an epoch. */
    WorkerBatches open(S share, int epoch);
  }
}
