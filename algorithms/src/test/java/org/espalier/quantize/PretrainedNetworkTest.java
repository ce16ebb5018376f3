package org.espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.GoldenData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** A trained ResNet-20 with ranges from a few batches. */
@Tag("slow")
class PretrainedNetworkTest {
  @Test
  void eightBitsCostLessThanAPoint() throws IOException {
    ComputationGraph network = GoldenData.pretrained(20, CifarResNet.builder(20));
    SimQat algorithm = new SimQat(8);
    ComputationGraph form = algorithm.apply(network);
    for (int batch = 0; batch < 5; batch++) {
      form.output(true, GoldenData.trainingBatch(batch, DataType.FLOAT).getFeatures());
    }
    DataSet test = GoldenData.testImages(0, 1000, DataType.FLOAT);
    double before = QuantizedNetworks.accuracy(network, test);
    double after = QuantizedNetworks.accuracy(algorithm.convert(form), test);
    assertThat(before).isGreaterThan(0.9);
    assertThat(before - after).isLessThan(0.01);
  }
}
