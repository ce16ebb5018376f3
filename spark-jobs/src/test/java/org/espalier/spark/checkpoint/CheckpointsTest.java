package org.espalier.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.espalier.data.DataException;
import org.espalier.spark.training.EpochSums;
import org.espalier.spark.training.TrainingState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir private Path folder;

  private static TrainingState state(int epoch, int steps) {
    return new TrainingState(
        "{}",
        new float[] {epoch, steps},
        new float[] {0.5f},
        epoch,
        10 * epoch + steps,
        new EpochSums(steps, 32L * steps, 1.5 * steps, 32L * steps, steps, 0.25));
  }

  private Checkpoints checkpoints(String origin, int keep) {
    return new Checkpoints(
        new org.apache.hadoop.fs.Path(folder.resolve("train").toUri()),
        origin,
        keep,
        new Configuration());
  }

  private static TrainingState newest(Checkpoints checkpoints) throws IOException {
    return checkpoints
        .newest(
            (file, reason) -> {
              throw new AssertionError(reason);
            })
        .orElseThrow();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve("train"))) {
      return found.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theNewestStateIsFoundAndTheLastFewAreKept() throws IOException {
    Checkpoints checkpoints = checkpoints("job", 2);
    assertThat(checkpoints.newest((file, reason) -> {})).isEmpty();

    checkpoints.write(state(0, 9));
    checkpoints.write(state(0, 10));
    checkpoints.write(state(1, 0));

    assertThat(files()).containsExactly("000000-000000010.state", "000001-000000000.state");
    assertThat(newest(checkpoints)).isEqualTo(state(1, 0));
    checkpoints.write(state(1, 4));
    TrainingState found = newest(checkpoints);
    assertThat(found).isEqualTo(state(1, 4));
    assertThat(found.sums()).isEqualTo(state(1, 4).sums());
  }

  @Test
  void anOlderStateServesWhereTheNewestIsDamaged() throws IOException {
    Checkpoints checkpoints = checkpoints("job", 2);
    checkpoints.write(state(2, 3));
    checkpoints.write(state(2, 6));
    Path newest = folder.resolve("train/000002-000000006.state");
    byte[] whole = Files.readAllBytes(newest);
    for (int length : new int[] {0, 3, whole.length / 2, whole.length - 1}) {
      Files.write(newest, Arrays.copyOf(whole, length));
      List<String> reasons = new ArrayList<>();

      Optional<TrainingState> found =
          checkpoints.newest((file, reason) -> reasons.add(file.getName() + ": " + reason));

      assertThat(found).contains(state(2, 3));
      assertThat(reasons)
          .singleElement()
          .asString()
          .startsWith("000002-000000006.state: Cannot resume: ");
    }
  }

  @Test
  void nothingIsMadeUpWhereNoneIsWhole() throws IOException {
    checkpoints("another job", 2).write(state(0, 1));

    assertThatThrownBy(() -> checkpoints("job", 2).newest((file, reason) -> {}))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("belongs to another run (another job, expected job)");
  }

  @Test
  void halfWrittenFilesAreNotRead() throws IOException {
    Checkpoints checkpoints = checkpoints("job", 1);
    checkpoints.write(state(0, 1));
    Files.write(
        folder.resolve("train/.000000-000000002.state.5b5c.tmp"), new byte[] {0x45, 0x53, 0x50});

    assertThat(newest(checkpoints)).isEqualTo(state(0, 1));
  }

  @Test
  void aStateThatCannotBeWrittenLeavesTheOthers() throws IOException {
    Checkpoints checkpoints = checkpoints("job", 2);
    checkpoints.write(state(0, 1));
    Files.createDirectories(folder.resolve("train/000000-000000002.state/in the way"));

    assertThatThrownBy(() -> checkpoints.write(state(0, 2)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot write the checkpoint ")
        .hasMessageContaining("000000-000000002.state: ");

    assertThat(files()).containsExactly("000000-000000001.state", "000000-000000002.state");
  }

  @Test
  void atLeastOneMustBeKept() {
    assertThatThrownBy(() -> checkpoints("job", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot keep checkpoints: there must be at least 1 (0)");
  }
}
