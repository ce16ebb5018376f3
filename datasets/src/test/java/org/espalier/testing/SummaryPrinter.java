package org.espalier.testing;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints one line with a module's counts, so that a quiet build still says what it ran. */
public final class SummaryPrinter implements TestExecutionListener {
  private final AtomicInteger passed = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger skipped = new AtomicInteger();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    skipped.incrementAndGet();
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    switch (result.getStatus()) {
      case FAILED -> failed.incrementAndGet();
      case ABORTED -> skipped.incrementAndGet();
      case SUCCESSFUL -> passed.addAndGet(test.isTest() ? 1 : 0);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    int ran = passed.get() + failed.get() + skipped.get();
    if (ran > 0) {
      System.out.printf(
          "%s: %d passed, %d failed, %d skipped%n",
          Path.of("").toAbsolutePath().getFileName(), passed.get(), failed.get(), skipped.get());
    }
  }
}
