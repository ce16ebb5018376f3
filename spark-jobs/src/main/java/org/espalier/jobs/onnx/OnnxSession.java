package org.espalier.jobs.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.espalier.data.ImageShape;
import org.espalier.data.RandomStreams;

/** An ONNX file that classifies images, in ONNX Runtime. */
public final class OnnxSession implements AutoCloseable {
  private static final int WARM_UP = 10;

  private final String name;
  private final int threads;
  private final long[] shape;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final long fixedBatch;

  private OnnxSession(String name, byte[] model, ImageShape images, int threads)
      throws OrtException, IOException {
    this.name = name;
    this.threads = threads;
    this.shape = new long[] {1, images.channels(), images.height(), images.width()};
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      this.session = environment.createSession(model, options);
    }
    this.fixedBatch = checkedBatch();
  }

  /**
   * Loads a file.
   *
   * @param name the file's name, for errors
   * @param model its content
   * @param images what it is given
   * @param threads threads that may compute an operator, at least 1
   * @throws IOException when ONNX Runtime is not there, does not take the file, or the file takes
   *     something else than one array of images, with a sentence for the user
   */
  public static OnnxSession open(String name, byte[] model, ImageShape images, int threads)
      throws IOException {
    OnnxRuntime.require(OnnxSession.class.getClassLoader());
    try {
      return new OnnxSession(name, model, images, threads);
    } catch (OrtException e) {
      throw failure(name, e);
    }
  }

  private static IOException failure(String name, OrtException cause) {
    String reason = cause.getMessage().lines().findFirst().orElse("");
    return new IOException("Cannot run " + name + " in ONNX Runtime: " + reason, cause);
  }

  private long checkedBatch() throws OrtException, IOException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (inputs.size() != 1
        || !(inputs.values().iterator().next().getInfo() instanceof TensorInfo info)
        || info.type != OnnxJavaType.FLOAT
        || info.getShape().length != shape.length) {
      throw refused("it must take one array of float32 images, [N, C, H, W]");
    }
    long[] taken = info.getShape();
    for (int axis = 1; axis < shape.length; axis++) {
      if (taken[axis] > 0 && taken[axis] != shape[axis]) {
        throw refused(
            "it takes images [C, H, W] of "
                + Arrays.toString(Arrays.copyOfRange(taken, 1, shape.length))
                + ", the data are "
                + Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length)));
      }
    }
    return taken[0];
  }

  private IOException refused(String reason) throws OrtException {
    session.close();
    return new IOException("Cannot run " + name + " in ONNX Runtime: " + reason);
  }

  /** Returns how many images it may be given at a time: as many as wanted, or what it fixes. */
  public int batch(int wanted) {
    return fixedBatch > 0 ? Math.toIntExact(fixedBatch) : wanted;
  }

  /**
   * Computes scores.
   *
   * @param pixels images [N, C, H, W], the last axis fastest
   * @param images how many, N
   * @return [N, classes]
   * @throws IOException when ONNX Runtime fails
   */
  public float[][] scores(float[] pixels, int images) throws IOException {
    try (OnnxTensor tensor = tensor(pixels, images);
        OrtSession.Result result = run(tensor)) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      float[] numbers = new float[output.getFloatBuffer().remaining()];
      output.getFloatBuffer().get(numbers);
      int classes = numbers.length / images;
      float[][] scores = new float[images][];
      for (int image = 0; image < images; image++) {
        scores[image] = Arrays.copyOfRange(numbers, image * classes, (image + 1) * classes);
      }
      return scores;
    } catch (OrtException e) {
      throw failure(name, e);
    }
  }

  /**
   * Measures passes of one image, after a warm-up; of as many as the file fixes, where it does.
   *
   * @param runs passes, at least 1
   * @throws IOException when ONNX Runtime fails
   */
  public OnnxTiming time(int runs) throws IOException {
    int images = batch(1);
    double[] millis = new double[runs];
    try (OnnxTensor tensor = tensor(noise(images), images)) {
      for (int run = -WARM_UP; run < runs; run++) {
        long start = System.nanoTime();
        run(tensor).close();
        if (run >= 0) {
          millis[run] = (System.nanoTime() - start) / 1e6;
        }
      }
    } catch (OrtException e) {
      throw failure(name, e);
    }
    return OnnxTiming.of(threads, millis);
  }

  private float[] noise(int images) {
    SplittableRandom random = RandomStreams.of(0, "latency", 0);
    float[] pixels = new float[Math.toIntExact(images * shape[1] * shape[2] * shape[3])];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return pixels;
  }

  private OnnxTensor tensor(float[] pixels, int images) throws OrtException {
    long[] all = shape.clone();
    all[0] = images;
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), all);
  }

  private OrtSession.Result run(OnnxTensor images) throws OrtException {
    return session.run(Map.of(session.getInputNames().iterator().next(), images));
  }

  /** Returns what the file says of its origin. */
  public Map<String, String> metadata() throws IOException {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw failure(name, e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      session.close();
    } catch (OrtException e) {
      throw failure(name, e);
    }
  }
}
