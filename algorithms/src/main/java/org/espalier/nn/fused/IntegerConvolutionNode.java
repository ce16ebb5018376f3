package org.espalier.nn.fused;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;

/**
 * A convolution of codes with integer weights, with the ReLU and the rounding that follow it at
 * inference.
 *
 * <p>Integers are computed in float32, which is exact while no sum of products is above 2^24. With
 * the scales of input, weights and output sx, sw and sy, a sum with its bias becomes the code
 * clamp(rint(sum * ((sx * sw) / sy))), each operation in float32; without rounding it becomes the
 * number sum * (sx * sw). This is what ONNX Runtime computes.
 */
final class IntegerConvolutionNode extends InferenceNode {
  private final ConvolutionShape shape;
  private final Supplier<WeightCodes> weights;
  private final Place ownBias;
  private final Block plainWeights;
  private final Block bias;
  private final Block factors;
  private final LaidOutWeights laidOut;
  private Relu relu;
  private CodeGrid grid;

  /**
   * A convolution.
   *
   * @param weights gives the weights as they are now
   * @param bias where its bias lies; null where it has none
   */
  IntegerConvolutionNode(
      Trace trace, Node input, ConvolutionShape shape, Supplier<WeightCodes> weights, Place bias) {
    super(trace, input, shape.output());
    this.shape = shape;
    this.weights = weights;
    this.ownBias = bias;
    this.plainWeights = new Block(Floats.bytes(shape.weightCount()));
    this.bias = new Block(Floats.bytes(shape.out()));
    this.factors = new Block(Floats.bytes(shape.out()));
    this.laidOut = trace.own(new LaidOutWeights(shape.plain(), plainWeights));
  }

  @Override
  boolean rectify(Relu wanted) {
    if (grid != null || relu != null) {
      return grid == null && relu.ceiling() <= wanted.ceiling();
    }
    relu = wanted;
    return true;
  }

  @Override
  boolean round(CodeGrid wanted) {
    boolean first = grid == null;
    grid = first ? wanted : grid;
    return first;
  }

  @Override
  CodeGrid grid() {
    return grid;
  }

  /** Takes in the parameters as they are now. */
  void refresh() {
    WeightCodes integers = weights.get();
    float[] given = ownBias == null ? null : Floats.read(ownBias.address(null), shape.out());
    float[] codes = new float[shape.out()];
    float[] multipliers = new float[shape.out()];
    for (int c = 0; c < codes.length; c++) {
      float scale = input().grid().step() * integers.scales()[c];
      codes[c] = given == null ? 0 : biasCode(given[c], scale);
      multipliers[c] = grid == null ? scale : scale / grid.step();
    }
    Floats.write(integers.codes(), plainWeights.address());
    Floats.write(codes, bias.address());
    Floats.write(multipliers, factors.address());
    laidOut.refresh();
  }

  /** A bias in steps: the integer that it was made of, if it was. */
  static float biasCode(float bias, float scale) {
    double steps = bias / (double) scale;
    double whole = Math.rint(steps);
    return (float) ((float) (whole * scale) == bias ? whole : steps);
  }

  @Override
  Value make(int phase) {
    Value x = input().kept(phase);
    Value y = newValue(phase);
    trace().act(phase, List.of(x), List.of(y), images -> kernel(x, y, images));
    return y;
  }

  private SliceKernel kernel(Value x, Value y, int images) {
    ConvolutionDescriptors kernel =
        new ConvolutionDescriptors(shape, trace().activations(), images, true);
    memory.desc perChannel =
        kernel.own(
            new memory.desc(
                new long[] {1, shape.out(), 1, 1}, memory.data_type.f32, memory.format_tag.nchw));
    PostOps after =
        new PostOps(kernel).relu(relu != null).times(new SliceKernel.Operand(perChannel, factors));
    float ceiling = relu == null ? Float.POSITIVE_INFINITY : relu.ceiling();
    if (grid != null) {
      after.within(grid.from(), Math.min(grid.to(), ceiling / grid.step())).rounded();
    } else if (relu != null && relu.limited()) {
      after.within(0, ceiling);
    }
    kernel.addForward(prop_kind.forward_inference, x, laidOut, bias, y, after);
    return kernel;
  }
}
