package org.espalier.nn;

import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Layers that pass gradients on but do not learn.
 *
 * <p>A layer is frozen when its updater is plain SGD with learning rate zero. Unlike
 * Deeplearning4j's {@code FrozenLayer}, a frozen layer stays in training mode: batch normalisation
 * uses the statistics of the batch and moves its running statistics, and the gradient reaches the
 * layers below.
 */
public final class Frozen {
  private Frozen() {}

  /** The updater that freezes a layer. */
  public static IUpdater updater() {
    return new Sgd(0.0);
  }

  /** Freezes a layer configuration: weights, bias, and no regularisation on either. */
  public static void freeze(BaseLayer layer) {
    layer.setIUpdater(updater());
    layer.setBiasUpdater(null);
    layer.setRegularization(null);
    layer.setRegularizationBias(null);
  }

  /** Whether no parameter of the layer learns. */
  public static boolean is(BaseLayer layer) {
    return is(layer.getIUpdater())
        && (layer.getBiasUpdater() == null || is(layer.getBiasUpdater()));
  }

  private static boolean is(IUpdater updater) {
    return updater instanceof Sgd sgd
        && sgd.getLearningRateSchedule() == null
        && sgd.getLearningRate() == 0.0;
  }
}
