package org.espalier.quantize.layer;

import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Keeps step sizes above zero after every update. The state of the updater is left alone. */
public final class PositiveStep implements LayerConstraint {
  /** The smallest step. */
  public static final double SMALLEST = 1e-8;

  private static final long serialVersionUID = 1L;

  @JsonProperty private Set<String> params = new HashSet<>();

  /** Constrains nothing until {@link #setParams} is called. */
  public PositiveStep() {}

  /** Constrains these parameters. */
  public PositiveStep(Set<String> parameters) {
    params.addAll(parameters);
  }

  @Override
  public void applyConstraint(Layer layer, int iteration, int epoch) {
    for (String param : params) {
      Transforms.max(layer.getParam(param), SMALLEST, false);
    }
  }

  @Override
  public void setParams(Set<String> params) {
    this.params = new HashSet<>(params);
  }

  @Override
  public Set<String> getParams() {
    return params;
  }

  @Override
  public PositiveStep clone() {
    try {
      PositiveStep copy = (PositiveStep) super.clone();
      copy.setParams(params);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PositiveStep that && params.equals(that.params);
  }

  @Override
  public int hashCode() {
    return params.hashCode();
  }
}
