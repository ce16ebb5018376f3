package org.espalier.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Finds real data sets and pretrained networks, which are no part of the project. */
public final class RealData {
  private RealData() {}

  /**
   * Returns the file or folder {@code name} of the data folder: {@code ESPALIER_DATA}, or {@code
   * ../shared/data} beside the checkout. Skips the calling test, saying why, where it is absent.
   */
  public static Path path(String name) {
    String given = System.getenv("ESPALIER_DATA");
    List<Path> folders =
        given == null
            ? List.of(Path.of("../shared/data"), Path.of("../../shared/data"))
            : List.of(Path.of(given));
    for (Path folder : folders) {
      Path found = folder.resolve(name);
      if (Files.exists(found)) {
        return found.toAbsolutePath().normalize();
      }
    }
    return Assumptions.abort("real data not found: " + name + " in " + folders);
  }
}
