package org.espalier.export.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.PaddedShortcut;

/** Writes layers that move channels, put in zeros for them or take them away. */
final class ChannelWriter {
  private ChannelWriter() {}

  /** Taking every s-th pixel is the maximum over windows of one pixel. */
  static Chain shortcut(Chain chain, PaddedShortcut layer) {
    if (layer.stride() > 1) {
      chain.main(
          "MaxPool",
          List.of(),
          Attributes.integers("kernel_shape", 1, 1),
          Attributes.integers("strides", layer.stride(), layer.stride()));
    }
    if (layer.before() + layer.after() > 0) {
      pad(chain, new long[] {layer.before(), 0, 0}, new long[] {layer.after(), 0, 0});
    }
    return chain;
  }

  /** Adds zeros before and after, on all axes but the batch. */
  static Chain pad(Chain chain, long[] before, long[] after) {
    long[] none = {0};
    long[] pads =
        LongStream.concat(
                LongStream.concat(Arrays.stream(none), Arrays.stream(before)),
                LongStream.concat(Arrays.stream(none), Arrays.stream(after)))
            .toArray();
    return chain.then("Pad", List.of(chain.graph().longs(chain.vertex() + ".pads", pads)));
  }

  /** Adds a channel of zeros behind the kept ones, and takes it for each one that is not there. */
  static Chain scatter(Chain chain, ChannelScatter layer, InputType in) {
    int kept = layer.kept().length;
    long[] before = new long[Images.shape(in).length];
    long[] after = before.clone();
    after[0] = 1;
    int[] sources =
        Arrays.stream(layer.sources(kept)).map(source -> source < 0 ? kept : source).toArray();
    String channels = chain.graph().integers(chain.vertex() + ".channels", sources, sources.length);
    return pad(chain, before, after)
        .main("Gather", List.of(channels), Attributes.integer("axis", 1));
  }

  static Chain mask(Chain chain, ChannelMask layer, InputType in) {
    float[] factors = new float[layer.width()];
    Arrays.stream(layer.kept()).forEach(channel -> factors[channel] = 1);
    long[] shape = new long[Images.shape(in).length];
    Arrays.fill(shape, 1);
    shape[0] = layer.width();
    return chain.main(
        "Mul", List.of(chain.graph().floats(chain.vertex() + ".mask", factors, shape)));
  }
}
