package org.espalier.spark.resources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A script in place of {@code nvidia-smi}. */
final class FakeNvidiaSmi {
  private FakeNvidiaSmi() {}

  /** Writes one into a folder. */
  static Path write(Path folder, String body) throws IOException {
    Path file = folder.resolve("nvidia-smi");
    Files.writeString(file, "#!/bin/sh\n" + body);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
