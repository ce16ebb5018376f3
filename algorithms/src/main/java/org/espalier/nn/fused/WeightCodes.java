package org.espalier.nn.fused;

/**
 * Weights as integers, for good: weight i of output channel c is codes[i] * scales[c].
 *
 * @param codes integers of 8 bits, in the order of the weights
 * @param scales one for each output channel, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WeightCodes(float[] codes, float[] scales) {
  /** Puts weights [out, H, W, C] of whole images into the order [out, C, H, W]. */
  WeightCodes channelsFirst(Size images) {
    int pixels = images.pixels();
    int channels = images.channels();
    int length = pixels * channels;
    float[] ordered = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      int within = i % length;
      int place = within % channels * pixels + within / channels;
      ordered[i - within + place] = codes[i];
    }
    return new WeightCodes(ordered, scales);
  }
}
