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
  private static final int REGISTER = 16;

  /** So that four chains of additions go on side by side. */
  private static final int ENOUGH = 4 * REGISTER;

  /** The groups in images of so many pixels. */
  public static ChannelTile of(int channels, long imagePixels) {
    int least = Math.max(1, REGISTER / Integer.lowestOneBit(channels));
    if (imagePixels % least > 0) {
      return new ChannelTile(channels, 1);
    }
    ChannelTile tile = new ChannelTile(channels, least);
    while (tile.width() < ENOUGH && imagePixels % tile.twice().pixels() == 0) {
      tile = tile.twice();
    }
    return tile;
  }

  private ChannelTile twice() {
    return new ChannelTile(channels, 2 * pixels);
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
