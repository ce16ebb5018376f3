package org.espalier.nn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelTileTest {
  @ParameterizedTest
  @CsvSource({
    "16, 64, 1",
    "64, 49, 1",
    "8, 64, 2",
    "12, 64, 4",
    "11, 64, 16",
    "24, 64, 2",
    "56, 49, 1",
    "11, 49, 1",
    "12, 36, 4",
    "1, 1024, 16"
  })
  void fewestPixelsWhoseChannelsFillRegisters(int channels, long imagePixels, int pixels) {
    ChannelTile tile = ChannelTile.of(channels, imagePixels);
    assertThat(tile.pixels()).isEqualTo(pixels);
    assertThat(tile.width()).isEqualTo(channels * pixels);
    assertThat(tile.wide()).isEqualTo(pixels > 1);
  }
}
