package org.espalier.compress;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * What every compression algorithm is to a training script: two lines.
 *
 * <pre>{@code
 * ComputationGraph training = algorithm.apply(network);   // first line
 * training.setListeners(algorithm.callbacks());
 * ... fit on batches made by algorithm.batches() ...
 * ComputationGraph small = algorithm.convert(training);   // second line
 * }</pre>
 *
 * <p>Neither {@link #apply} nor {@link #convert} changes the network that it is given; parameters
 * are carried over by vertex name, updater state is not. Whatever the algorithm learns lives in the
 * parameters or the configuration of the network, so that it survives saving, averaging and a
 * restart. Algorithms compose: what one converts, another may be applied to.
 */
public interface CompressionAlgorithm {

  /**
   * Returns the network in training form, its loss already wrapped by {@link #loss}.
   *
   * @throws IllegalArgumentException when the network has nothing that the algorithm can work on
   */
  ComputationGraph apply(ComputationGraph network);

  /** Returns the listeners that training needs; may be empty. */
  List<TrainingListener> callbacks();

  /** Returns the loss of the training form, given the network's own. */
  ILossFunction loss(ILossFunction loss);

  /** Returns what makes batches for the training form. */
  BatchAdapter batches();

  /**
   * Returns the network in deployment form, ready to be trained further with its original updaters
   * and regularisation.
   *
   * @param trained a network that {@link #apply} gave, trained or restored
   * @throws IllegalArgumentException when the network is not one that {@link #apply} gave
   */
  ComputationGraph convert(ComputationGraph trained);
}
