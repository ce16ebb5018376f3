package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScopConfigurationTest {

  @Test
  void defaultsAreThoseOfTheAuthorsCode() {
    ScopConfiguration configuration = ScopConfiguration.official(0.45, 3);
    assertThat(configuration.learningRate()).isEqualTo(0.004);
    assertThat(configuration.beta1()).isEqualTo(0.5);
    assertThat(configuration.beta2()).isEqualTo(0.9);
    assertThat(configuration.knockoff()).isEqualTo(Knockoff.DERANGEMENT);
    assertThat(configuration.importance()).isEqualTo(Importance.SCOP);
  }

  @Test
  void survivesJson() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ScopConfiguration configuration =
        ScopConfiguration.official(0.45, 3)
            .withKnockoff(Knockoff.GAUSSIAN)
            .withImportance(Importance.GAMMA)
            .withEpochs(7)
            .withLearningRate(0.01);
    String json = mapper.writeValueAsString(configuration);
    assertThat(mapper.readValue(json, ScopConfiguration.class)).isEqualTo(configuration);
  }

  @Test
  void printsEverySetting() {
    assertThat(new Scop(ScopConfiguration.official(0.45, 3)))
        .hasToString(
            "Scop(ScopConfiguration[rate=0.45, seed=3, knockoff=DERANGEMENT, epochs=20,"
                + " learningRate=0.004, beta1=0.5, beta2=0.9, importance=SCOP,"
                + " compatibility=OFFICIAL], Derangement(random))");
  }

  static Stream<Arguments> broken() {
    ScopConfiguration base = ScopConfiguration.official(0.45, 3);
    return Stream.of(
        Arguments.of(
            (Runnable) () -> ScopConfiguration.official(1, 3), "rate must be in [0, 1) (1.0)"),
        Arguments.of(
            (Runnable) () -> ScopConfiguration.official(-0.1, 3), "rate must be in [0, 1) (-0.1)"),
        Arguments.of((Runnable) () -> base.withEpochs(0), "epochs must be at least 1 (0)"),
        Arguments.of(
            (Runnable) () -> base.withLearningRate(0), "learningRate must be positive (0.0)"),
        Arguments.of(
            (Runnable) () -> ScopConfiguration.goldenStick(0.45, 3).withKnockoff(Knockoff.NOISE),
            "Golden Stick's variant takes knockoff PERMUTATION only (NOISE)"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refusesValuesOutOfRange(Runnable made, String reason) {
    assertThatThrownBy(made::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot configure SCOP: " + reason);
  }

  @Test
  void refusesKnockoffsThatNeedDataWithoutASource() {
    assertThatThrownBy(
            () -> new Scop(ScopConfiguration.official(0.45, 3).withKnockoff(Knockoff.IMAGES)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot run SCOP: this kind of knockoffs is made from data; give the source (IMAGES)");
  }
}
