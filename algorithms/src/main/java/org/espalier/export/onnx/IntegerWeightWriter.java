package org.espalier.export.onnx;

import java.util.ArrayList;
import java.util.List;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.network.QuantizedNetwork.WeightedLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes weights as the integers that they are multiples of a scale by, and biases with them. */
final class IntegerWeightWriter implements WeightWriter {
  private final WeightedLayer layer;

  IntegerWeightWriter(WeightedLayer layer) {
    this.layer = layer;
  }

  @Override
  public List<String> write(Chain chain, INDArray weights, INDArray bias) {
    CodeWriter writer = new CodeWriter(chain.graph());
    IntegerWeights integers = layer.weights();
    List<String> names = new ArrayList<>();
    names.add(writer.weights(chain.vertex(), codes(weights), integers.scales(), weights.shape()));
    if (bias != null && layer.input().isPresent()) {
      names.add(
          writer.bias(
              chain.vertex(), layer.biasCodes(), layer.input().get().scale(), integers.scales()));
    } else if (bias != null) {
      names.add(Constants.vector(chain, "bias", bias));
    }
    return names;
  }

  /** The integers in the order of the weights given, less the zero points. */
  private byte[] codes(INDArray weights) {
    IntegerWeights integers = layer.weights();
    float[] values = Floats.of(weights);
    byte[] codes = new byte[values.length];
    int length = codes.length / integers.channels();
    for (int i = 0; i < codes.length; i++) {
      int channel = i / length;
      int zero = integers.zeroPoints()[channel];
      int code =
          new Quantization(integers.scales()[channel], zero, integers.range()).code(values[i])
              - zero;
      if (code != (byte) code) {
        throw new IllegalArgumentException(
            "Cannot export vertex "
                + layer.name()
                + " in integers: its weights do not fit into 8 bits around zero ("
                + code
                + "); quantise them symmetrically");
      }
      codes[i] = (byte) code;
    }
    return codes;
  }
}
