package org.espalier.jobs.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The memory of processes. */
public final class ProcessMemory {
  private static final String PEAK = "VmHWM:";

  private ProcessMemory() {}

  /**
   * Returns the most bytes of a process that were resident so far; nothing where the system does
   * not tell.
   */
  public static OptionalLong peakResidentBytes(ProcessHandle process) {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    return Files.isReadable(status) ? peakResidentBytes(status) : OptionalLong.empty();
  }

  static OptionalLong peakResidentBytes(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + status, e);
    }
  }
}
