package org.espalier.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {
  @TempDir Path folder;

  @Test
  void thePeakIsInKibibytes() throws IOException {
    Path status =
        Files.writeString(
            folder.resolve("status"), "Name:\tjava\nVmPeak:\t 9000 kB\nVmHWM:\t  1234 kB\n");
    assertThat(ProcessMemory.peakResidentBytes(status)).hasValue(1234 * 1024);
  }

  @Test
  void aSystemWithoutThePeakGivesNothing() throws IOException {
    Path status = Files.writeString(folder.resolve("status"), "Name:\tjava\n");
    assertThat(ProcessMemory.peakResidentBytes(status)).isEmpty();
  }
}
