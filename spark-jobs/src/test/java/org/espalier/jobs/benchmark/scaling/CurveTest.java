package org.espalier.jobs.benchmark.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.espalier.jobs.config.ScalingJobConfig;
import org.espalier.jobs.config.Settings;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static Measured measured(int executors, double step, Double... imagesPerSecond) {
    StepTimes times = new StepTimes(100.0 * executors, List.of(step, step));
    return new Measured(executors, 32, List.of(imagesPerSecond), List.of(times), 0.5);
  }

  private static final Measured ONE = measured(1, 0.09, 340.0, 300.0, 320.0);
  private static final Measured TWO = measured(2, 0.09, 600.0, 576.0);

  @Test
  void speedsAreMediansAndComparedWithOneExecutor() {
    Curve curve = Curve.of(List.of(ONE, TWO));
    assertThat(curve.speedup2()).isCloseTo(588.0 / 320, within(1e-12));
    Curve.Point one = curve.points().get(0);
    assertThat(one.imagesPerSecond()).isEqualTo(320);
    assertThat(one.imagesPerSecondMin()).isEqualTo(300);
    assertThat(one.imagesPerSecondMax()).isEqualTo(340);
    assertThat(one.speedup()).isEqualTo(1);
    assertThat(one.secondsPerStep()).isCloseTo(0.1, within(1e-12));
    assertThat(one.shareOfTimeInReduction()).isCloseTo(0.1, within(1e-12));
    Curve.Point two = curve.points().get(1);
    assertThat(two.efficiency()).isCloseTo(588.0 / 640, within(1e-12));
    assertThat(two.secondsPerStep()).isCloseTo(64 / 588.0, within(1e-12));
    assertThat(two.firstStepMillis()).isEqualTo(200);
  }

  @Test
  void withoutTwoExecutorsThereIsNoSpeedupOfTwo() {
    assertThat(Curve.of(List.of(ONE, measured(4, 0.09, 1200.0))).speedup2()).isNull();
  }

  @Test
  void theModelKeepsTheMeasuredOverheadAndStatesItsAssumptions() {
    ScalingJobConfig config =
        ScalingJobConfig.from(
            Settings.load(
                    "benchmark-scaling",
                    null,
                    List.of(
                        "benchmark.simulation.executors=[8]",
                        "benchmark.simulation.gigabitsPerSecond=8",
                        "benchmark.simulation.latencyMillis=1"))
                .root());
    Simulation simulation =
        Simulation.of(
            config.benchmark(), 1, new Simulation.Traffic(100_000_000, 200_000_000), null, ONE);
    assertThat(simulation.kind()).isEqualTo("modelled, not measured");
    assertThat(simulation.averaging()).isNull();
    // 90 ms of computation, 10 ms of overhead, 189 ms of network.
    Simulation.Point point = simulation.allreduce().get(0);
    assertThat(point.secondsPerStep()).isCloseTo(0.289, within(1e-9));
    assertThat(point.imagesPerSecond()).isCloseTo(8 * 32 / 0.289, within(1e-6));
    assertThat(point.speedup()).isCloseTo(0.8 / 0.289, within(1e-9));
    assertThat(point.shareCommunication()).isCloseTo(0.189 / 0.289, within(1e-9));
    assertThat(simulation.assumptions())
        .anySatisfy(sentence -> assertThat(sentence).contains("8.0 Gbit/s", "1.0 ms"))
        .anySatisfy(sentence -> assertThat(sentence).contains("100,000,000 bytes of gradients"))
        .anySatisfy(sentence -> assertThat(sentence).contains("(allreduce 10.0 ms)"));
  }
}
