package org.espalier.nn;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Cross entropy in nats, exact for any logits.
 *
 * <p>Deeplearning4j's own takes the logarithm of probabilities that it cuts off at 1e-10, so that
 * no example can lose more than 23 nats. Behind a softmax this one takes the logarithm first: log p
 * = z - max(z) - log sum exp(z - max(z)). Gradients are the same.
 */
public class CrossEntropy extends LossMCXENT {
  private static final long serialVersionUID = 1L;

  /** Without weights for classes. */
  public CrossEntropy() {}

  @Override
  protected INDArray scoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    if (!(activation instanceof ActivationSoftmax)
        || preOutput.rank() != 2
        || mask != null
        || getWeights() != null) {
      return super.scoreArray(labels, preOutput, activation, mask);
    }
    INDArray shifted = preOutput.subColumnVector(preOutput.max(true, 1));
    INDArray normaliser = Transforms.log(Transforms.exp(shifted, true).sum(true, 1), false);
    return shifted.subiColumnVector(normaliser).muli(labels.castTo(preOutput.dataType()));
  }
}
