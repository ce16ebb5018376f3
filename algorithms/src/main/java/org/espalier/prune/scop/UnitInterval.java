package org.espalier.prune.scop;

import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Projects parameters onto [0, 1] after every step.
 *
 * <p>The state of the updater is left alone.
 */
public final class UnitInterval implements LayerConstraint {
  private static final long serialVersionUID = 1L;

  @JsonProperty private Set<String> params = new HashSet<>();

  /** Constrains nothing until {@link #setParams} is called. */
  public UnitInterval() {}

  UnitInterval(String parameter) {
    params.add(parameter);
  }

  @Override
  public void applyConstraint(Layer layer, int iteration, int epoch) {
    for (String param : params) {
      Transforms.max(layer.getParam(param), 0.0, false);
      Transforms.min(layer.getParam(param), 1.0, false);
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
  public UnitInterval clone() {
    try {
      UnitInterval copy = (UnitInterval) super.clone();
      copy.setParams(params);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnitInterval that && params.equals(that.params);
  }

  @Override
  public int hashCode() {
    return params.hashCode();
  }
}
