package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ImportanceTest {

  @Test
  void scopMultipliesTheScaleWithTheMarginOverTheKnockoff() {
    double[] scores =
        Importance.SCOP.scores(
            new double[] {-2, 0.5, 1, -1}, new double[] {0.2, 0.9, 0.5, 1}, 0, 0);
    assertThat(scores).containsExactly(new double[] {-1.2, 0.4, 0, 1}, within(1e-12));
    assertThat(ChannelSelection.keep(scores, 0.5)).containsExactly(1, 3);
  }

  @Test
  void aHighFactorDoesNotSaveAChannelOfSmallScale() {
    double[] scores = Importance.SCOP.scores(new double[] {0.1, 3}, new double[] {0.9, 0.6}, 0, 0);
    assertThat(scores).containsExactly(new double[] {0.08, 0.6}, within(1e-12));
    assertThat(ChannelSelection.keep(scores, 0.5)).containsExactly(1);
  }

  @Test
  void aChannelThatNothingReadsRanksBetweenUsefulAndHarmfulOnes() {
    double[] scores =
        Importance.SCOP.scores(new double[] {1, 1, 1}, new double[] {0.9, 0.5, 0.1}, 0, 0);
    assertThat(ChannelSelection.keep(scores, 0.34)).containsExactly(0, 1);
    assertThat(ChannelSelection.keep(scores, 0.67)).containsExactly(0);
  }

  @Test
  void gammaLooksAtTheScaleAlone() {
    assertThat(Importance.GAMMA.scores(new double[] {-2, 0.5}, new double[] {0.2, 0.9}, 0, 0))
        .containsExactly(2, 0.5);
    assertThat(Importance.GAMMA.needsFactors()).isFalse();
  }

  @Test
  void randomScoresComeFromSeedAndLayer() {
    double[] gamma = new double[8];
    double[] scores = Importance.RANDOM.scores(gamma, gamma, 1, 0);
    assertThat(Importance.RANDOM.scores(gamma, gamma, 1, 0)).isEqualTo(scores);
    assertThat(Importance.RANDOM.scores(gamma, gamma, 2, 0)).isNotEqualTo(scores);
    assertThat(Importance.RANDOM.scores(gamma, gamma, 1, 1)).isNotEqualTo(scores);
  }
}
