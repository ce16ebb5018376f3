package org.espalier.spark.training;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.BarrierTaskContext;

/** What every task of a barrier stage does with its partition. */
@FunctionalInterface
interface BarrierFunction<T, R> extends Serializable {

  /** Does it; all tasks of the stage run at the same time. */
  Iterator<R> call(BarrierTaskContext context, Iterator<T> partition) throws Exception;
}
