package org.espalier.jobs;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;

/** The Pythons of this machine. */
public final class Pythons {
  private static final Optional<String> WITH_TORCH =
      List.of("python3", "/usr/bin/python3").stream().filter(Pythons::hasTorch).findFirst();

  private Pythons() {}

  /** Returns one that has PyTorch; where none has, the test that asks is skipped. */
  public static String withTorch() {
    assumeThat(WITH_TORCH).as("a python3 that has PyTorch").isPresent();
    return WITH_TORCH.orElseThrow();
  }

  private static boolean hasTorch(String python) {
    try {
      return new ProcessBuilder(python, "-c", "import torch")
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
