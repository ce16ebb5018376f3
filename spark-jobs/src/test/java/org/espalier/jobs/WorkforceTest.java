package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkforceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "local;1;1",
        "local[4];1;4",
        "local[4];2;2",
        "local[2,4];1;2",
        "local-cluster[3,1,1024];1;3",
        "local-cluster[3, 2, 1024];2;3",
      })
  void aLocalMasterTellsHowManyThereAre(String master, int taskCpus, int count) {
    assertThat(Workforce.of(master, taskCpus).count()).hasValue(count);
  }

  @Test
  void allCoresAreThoseOfTheMachine() {
    assertThat(Workforce.of("local[*]", 1).count())
        .hasValue(Runtime.getRuntime().availableProcessors());
  }

  @ParameterizedTest
  @CsvSource({"spark://host:7077", "yarn", "k8s://https://host"})
  void aClusterTellsOnlyOnceItRuns(String master) {
    assertThat(Workforce.of(master, 1).count()).isEqualTo(OptionalInt.empty());
  }
}
