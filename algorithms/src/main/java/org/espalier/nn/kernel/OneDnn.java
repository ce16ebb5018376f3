package org.espalier.nn.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether oneDNN is there, and its engine.
 *
 * <p>The system property {@code org.espalier.nn.kernel} set to {@code stock} turns oneDNN off.
 */
public final class OneDnn {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);

  private OneDnn() {}

  /** Whether kernels can compute in this data type on this machine; if not, the stock layers do. */
  public static boolean serves(DataType type) {
    return type == DataType.FLOAT && Library.ENGINE != null;
  }

  /** The array itself if it is dense float32 in 'c' order, else such a copy. */
  public static INDArray dense(INDArray array) {
    if (array.dataType() != DataType.FLOAT) {
      return array.castTo(DataType.FLOAT).dup('c');
    }
    long[] shape = array.shape();
    long[] strides = array.stride();
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != expected) {
        return array.dup('c');
      }
      expected *= shape[i];
    }
    return array;
  }

  /** Whether the processor multiplies bfloat16 numbers faster than float32 ones. */
  public static boolean computesBf16() {
    return Library.ENGINE != null
        && (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core_bf16)
            == dnnl_cpu_isa_avx512_core_bf16;
  }

  /** Logs why a network runs layer by layer. */
  public static void explain(String reason) {
    LOG.info("The network runs layer by layer: {}", reason);
  }

  static engine engine() {
    return Library.ENGINE;
  }

  /** Loads the native library once, when it is first asked for. */
  private static final class Library {
    static final engine ENGINE = load();

    private static engine load() {
      if ("stock".equals(System.getProperty("org.espalier.nn.kernel"))) {
        LOG.info("oneDNN is turned off; layers run on Deeplearning4j's own implementation");
        return null;
      }
      if (Nd4j.getExecutioner().type() != OpExecutioner.ExecutionerType.NATIVE_CPU) {
        LOG.info(
            "The ND4J back end is not the CPU; layers run on Deeplearning4j's own implementation");
        return null;
      }
      try {
        engine cpu = new engine(engine.kind.cpu, 0);
        dnnl_version_t version = dnnl_version();
        LOG.info(
            "Layers run on oneDNN {}.{}.{}", version.major(), version.minor(), version.patch());
        return cpu;
      } catch (LinkageError | RuntimeException e) {
        LOG.warn(
            "oneDNN cannot be loaded; layers run on Deeplearning4j's own implementation, many times slower",
            e);
        return null;
      }
    }
  }
}
