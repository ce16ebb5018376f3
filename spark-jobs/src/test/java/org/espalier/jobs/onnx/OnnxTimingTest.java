package org.espalier.jobs.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class OnnxTimingTest {
  @Test
  void ninetyNineOfAHundredPassesAreWithinTheLastButOne() {
    double[] millis = DoubleStream.iterate(100, time -> time - 1).limit(100).toArray();
    OnnxTiming timing = OnnxTiming.of(2, millis);
    assertThat(timing).isEqualTo(new OnnxTiming(2, 51, 99, 100_000 / 5050.0));
  }

  @Test
  void withoutOnnxRuntimeASentenceTellsWhatToAdd() {
    assertThatCode(() -> OnnxRuntime.require(getClass().getClassLoader()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> OnnxRuntime.require(ClassLoader.getPlatformClassLoader()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot run ONNX files: ONNX Runtime is not on the class path; add"
                + " com.microsoft.onnxruntime:onnxruntime, for example by spark-submit --packages");
  }
}
