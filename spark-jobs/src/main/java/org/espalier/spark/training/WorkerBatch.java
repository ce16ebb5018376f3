package org.espalier.spark.training;

import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What a worker trains on in one step.
 *
 * @param data the network's inputs and labels; the worker's own
 * @param images the examples that count: those that weigh in averages and whose predictions are
 *     judged; they are the first rows of the data
 */
record WorkerBatch(MultiDataSet data, int images) {}
