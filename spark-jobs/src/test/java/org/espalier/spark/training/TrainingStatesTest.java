package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.DataException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

class TrainingStatesTest {
  @TempDir java.nio.file.Path folder;

  private ComputationGraph graph;
  private TrainingState state;

  @BeforeEach
  void trainALittle() throws IOException {
    graph = TinyData.network(new Adam(0.01));
    TrainingPlan plan = TrainingPlan.of("training", 1, 8, 1, TinyData.PLAIN, TinyData.CLASSES);
    ShardBatches batches = new ShardBatches(plan, TinyData.packed(16).get(0), 0);
    graph.fit(batches.batch(0).data());
    graph.fit(batches.batch(1).data());
    graph.incrementEpochCount();
    state = TrainingState.of(graph);
  }

  @Test
  void aStateIsTheWholeNetwork() {
    ComputationGraph copy = state.toGraph();

    assertThat(copy.params()).isEqualTo(graph.params());
    assertThat(copy.getUpdater().getStateViewArray())
        .isEqualTo(graph.getUpdater().getStateViewArray());
    assertThat(copy.getIterationCount()).isEqualTo(2);
    assertThat(copy.getEpochCount()).isEqualTo(1);
    assertThat(TrainingState.of(copy)).isEqualTo(state).hasSameHashCodeAs(state);
  }

  @Test
  void aNewStageBeginsWithoutMemory() {
    TrainingState begun = TrainingState.begin(graph);

    assertThat(begun.parameters()).containsExactly(state.parameters());
    assertThat(begun.updaterState()).hasSameSizeAs(state.updaterState()).containsOnly(0);
    assertThat(begun.epoch()).isZero();
    assertThat(begun.iteration()).isZero();
    assertThat(graph.getIterationCount()).isEqualTo(2);
  }

  @Test
  void bytesGiveTheStateBack() throws IOException {
    byte[] bytes = TrainingStates.toBytes(state, "job 1");

    TrainingState copy = TrainingStates.fromBytes(bytes, "job 1", "checkpoint");

    assertThat(copy).isEqualTo(state);
    assertThat(copy.fingerprint()).isEqualTo(state.fingerprint()).hasSize(64);
    assertThat(TrainingState.begin(graph).fingerprint()).isNotEqualTo(state.fingerprint());
  }

  @Test
  void aFileIsReplacedAndNothingIsLeftBeside() throws IOException {
    Path file = new Path(folder.toUri().toString(), "state.bin");
    Configuration hadoop = new Configuration();

    TrainingStates.write(TrainingState.begin(graph), "job", file, hadoop);
    TrainingStates.write(state, "job", file, hadoop);

    assertThat(TrainingStates.read("job", file, hadoop)).isEqualTo(state);
    try (Stream<java.nio.file.Path> files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString())).containsExactly("state.bin");
    }
  }

  @Test
  void damageIsNoticed() {
    byte[] bytes = TrainingStates.toBytes(state, "job");
    bytes[bytes.length / 2] ^= 1;

    assertThatThrownBy(() -> TrainingStates.fromBytes(bytes, "job", "a.bin"))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot resume: a.bin is damaged (its digest differs)");
    assertThatThrownBy(() -> TrainingStates.fromBytes(new byte[100], "job", "a.bin"))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot resume: a.bin is not a training state");
    assertThatThrownBy(() -> TrainingStates.fromBytes(new byte[3], "job", "a.bin"))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot resume: a.bin is not a training state");
  }

  @Test
  void anotherRunsStateIsRefused() {
    byte[] bytes = TrainingStates.toBytes(state, "job 1");

    assertThatThrownBy(() -> TrainingStates.fromBytes(bytes, "job 2", "a.bin"))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot resume: a.bin belongs to another run (job 1, expected job 2)");
  }

  @Test
  void onlySinglePrecisionIsTrained() {
    ComputationGraph doubles = graph.convertDataType(DataType.DOUBLE);

    assertThatThrownBy(() -> TrainingState.of(doubles))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot train on Spark: the network must be of type FLOAT (DOUBLE)");
  }
}
