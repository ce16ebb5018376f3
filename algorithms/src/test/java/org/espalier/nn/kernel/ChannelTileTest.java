package org.espalier.nn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelTileTest {
  @ParameterizedTest
  @CsvSource({
    "64, 49, 1",
    "16, 64, 4",
    "32, 64, 2",
    "24, 64, 4",
    "12, 64, 8",
    "11, 64, 16",
    "1, 1024, 64",
    "16, 10, 2",
    "56, 49, 1",
    "12, 36, 4",
    "11, 49, 1"
  })
  void pixelsWhoseChannelsFillFourRegisters(int channels, long imagePixels, int pixels) {
    ChannelTile tile = ChannelTile.of(channels, imagePixels);
    assertThat(tile.pixels()).isEqualTo(pixels);
    assertThat(tile.width()).isEqualTo(channels * pixels);
    assertThat(tile.wide()).isEqualTo(pixels > 1);
  }
}
