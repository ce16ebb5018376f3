package org.espalier.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntFunction;
import org.espalier.jobs.JobFailedException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

class CrewTest {
  private static int openMpThreads() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
  }

  @Test
  void tasksWorkSideBySideEachInItsOwnThread() {
    try (Crew crew = new Crew(3, 1)) {
      CyclicBarrier met = new CyclicBarrier(3);
      IntFunction<Callable<Thread>> meet =
          task ->
              () -> {
                met.await();
                return Thread.currentThread();
              };
      List<Thread> threads = crew.together(meet);
      assertThat(threads).doesNotHaveDuplicates();
      assertThat(crew.together(meet)).isEqualTo(threads);
    }
  }

  @Test
  void eachTaskHasItsThreadsAndTheProcessHasItsOwnBack() {
    int nd4j = Nd4j.getEnvironment().maxMasterThreads();
    int openMp = openMpThreads();
    int blas = Nd4j.factory().blas().getMaxThreads();
    try (Crew crew = new Crew(2, 1)) {
      assertThat(crew.together(task -> CrewTest::openMpThreads)).containsExactly(1, 1);
      assertThat(Nd4j.getEnvironment().maxMasterThreads()).isEqualTo(1);
      assertThat(Nd4j.factory().blas().getMaxThreads()).isEqualTo(1);
    }
    assertThat(openMpThreads()).isEqualTo(openMp);
    assertThat(Nd4j.getEnvironment().maxMasterThreads()).isEqualTo(nd4j);
    assertThat(Nd4j.factory().blas().getMaxThreads()).isEqualTo(blas);
  }

  @Test
  void whatFailsInATaskFailsTheBenchmark() {
    try (Crew crew = new Crew(2, 1)) {
      assertThatThrownBy(
              () ->
                  crew.together(
                      task ->
                          () -> {
                            throw new IllegalStateException("no memory in task " + task);
                          }))
          .isInstanceOf(JobFailedException.class)
          .hasMessage("The benchmark failed: java.lang.IllegalStateException: no memory in task 0");
    }
  }
}
