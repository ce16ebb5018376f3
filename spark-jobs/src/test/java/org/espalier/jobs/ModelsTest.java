package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.ImageShape;
import org.espalier.data.Part;
import org.espalier.data.SyntheticSpec;
import org.espalier.data.synthetic.Synthetic;
import org.espalier.export.onnx.OnnxExport;
import org.espalier.jobs.config.ModelConfig;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.LeNet5;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  @TempDir private Path folder;

  @Test
  void classesAreKnownInTrainingFormToo() {
    ComputationGraph network = new ComputationGraph(CifarResNet.builder(20).build());
    network.init();
    assertThat(Models.classes(network)).isEqualTo(10);
    assertThat(Models.classes(new SimQat(8).apply(network))).isEqualTo(10);
  }

  @Test
  void anOnnxFileBringsItsNetwork() throws IOException {
    ComputationGraph network = load(exported(4), images(28, 4));
    assertThat(network.getVertex("conv2")).isNotNull();
    assertThat(network.getLayer("fc3").getParam("W").shape()).containsExactly(84, 4);
  }

  @Test
  void anOnnxFileOfOtherClassesIsRefused() throws IOException {
    String file = exported(4);
    assertThatThrownBy(() -> load(file, images(28, 5)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("Cannot use " + file + " for ")
        .hasMessageEndingWith(": the network tells 4 classes apart, the data have 5");
  }

  @Test
  void anOnnxFileForOtherImagesIsRefused() throws IOException {
    String file = exported(4);
    assertThatThrownBy(() -> load(file, images(32, 4)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining(": the network does not take images of 32x32x1 (");
  }

  private String exported(int classes) throws IOException {
    ComputationGraph network = new ComputationGraph(LeNet5.builder().classes(classes).build());
    network.init();
    String file = folder.resolve("net.onnx").toString();
    OnnxExport.of(network, Images.inputType(new ImageShape(28, 28, 1)))
        .build()
        .write(new org.apache.hadoop.fs.Path(file), new Configuration());
    return file;
  }

  private static ComputationGraph load(String file, Images images) throws IOException {
    ModelConfig config = new ModelConfig("resnet20", Optional.of(file), Shortcut.IDENTITY);
    return Models.load(config, images, 1, new Configuration());
  }

  private static Images images(int side, int classes) {
    SyntheticSpec spec = new SyntheticSpec(1, 9, 9, classes, side, side, 1, 1);
    return new Images(Synthetic.open(spec, Part.TEST), 9);
  }
}
