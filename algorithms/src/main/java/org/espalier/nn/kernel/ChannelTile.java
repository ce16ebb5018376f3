package org.espalier.nn.kernel;

/**
 * Pixels taken together so that their channels fill whole vector registers.
 *
 * <p>oneDNN's fast normalisations want a multiple of 16 channels. Where each channel is treated by
 * itself, the pixels of NHWC images may as well be taken in groups, as wider pixels: a channel is
 * then there once for each pixel of a group, and what is found for it is put together.
 *
 * @param channels the channels of a pixel
 * @param pixels pixels in a group; 1 where groups do not divide the image
 */
public record ChannelTile(int channels, int pixels) {
  /** Four registers, so that four chains of additions go on side by side, or fewer. */
  private static final int[] LANES = {64, 32, 16};

  /** The groups in images of so many pixels. */
  public static ChannelTile of(long channels, long imagePixels) {
    for (int lanes : LANES) {
      long pixels = Math.max(1, lanes / Long.lowestOneBit(channels));
      if (imagePixels % pixels == 0) {
        return new ChannelTile((int) channels, (int) pixels);
      }
    }
    return new ChannelTile((int) channels, 1);
  }

  /** Numbers in a group. */
  public int width() {
    return channels * pixels;
  }

  /** Whether there is anything to be put together. */
  public boolean wide() {
    return pixels > 1;
  }
}
