package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GaussianModelTest {

  private static double[][] correlated(double rho) {
    return new double[][] {{1, rho}, {rho, 1}};
  }

  private static void assertClose(double[][] actual, double[][] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).containsExactly(expected[i], within(tolerance));
    }
  }

  @Test
  void moderateCorrelationAllowsFullStrength() {
    GaussianModel model = new GaussianModel(new double[2], correlated(0.5));
    assertThat(model.strength()).containsExactly(new double[] {1, 1}, within(1e-6));
    assertClose(
        model.regression(), new double[][] {{-1.0 / 3, 2.0 / 3}, {2.0 / 3, -1.0 / 3}}, 1e-6);
    assertClose(model.conditional(), new double[][] {{2.0 / 3, 2.0 / 3}, {2.0 / 3, 2.0 / 3}}, 1e-6);
  }

  @Test
  void strongCorrelationLimitsTheStrength() {
    GaussianModel model = new GaussianModel(new double[2], correlated(0.8));
    assertThat(model.strength()).containsExactly(new double[] {0.4, 0.4}, within(1e-6));
    assertClose(
        model.regression(), new double[][] {{-1.0 / 9, 8.0 / 9}, {8.0 / 9, -1.0 / 9}}, 1e-6);
    assertClose(
        model.conditional(), new double[][] {{0.355556, 0.355556}, {0.355556, 0.355556}}, 1e-5);
  }

  @Test
  void independentComponentsGiveIndependentKnockoffs() {
    GaussianModel model = new GaussianModel(new double[2], correlated(0));
    assertClose(model.regression(), new double[2][2], 1e-6);
    assertClose(model.conditional(), correlated(0), 1e-6);
  }

  @Test
  void knockoffsHaveTheMomentsThatSwappingDemands() {
    double[][] covariance = {{2, 0.6, 0.2}, {0.6, 1, -0.3}, {0.2, -0.3, 0.5}};
    double[] mean = {1, -2, 0.5};
    GaussianModel model = new GaussianModel(mean, covariance);
    double[] s = model.strength();
    double[][] root = Cholesky.of(covariance).lower();
    NormalNumbers normal = new NormalNumbers(new SplittableRandom(4));
    Covariance joint = new Covariance(6);
    for (int row = 0; row < 200_000; row++) {
      double[] x = mean.clone();
      double[] z = {normal.next(), normal.next(), normal.next()};
      for (int i = 0; i < 3; i++) {
        for (int k = 0; k <= i; k++) {
          x[i] += root[i][k] * z[k];
        }
      }
      double[] knockoff = model.draw(x, normal);
      joint.add(new double[] {x[0], x[1], x[2], knockoff[0], knockoff[1], knockoff[2]});
    }
    double[][] empirical = joint.matrix();
    for (int i = 0; i < 3; i++) {
      assertThat(joint.mean()[3 + i]).isCloseTo(mean[i], within(0.02));
      for (int j = 0; j < 3; j++) {
        double cross = covariance[i][j] - (i == j ? s[i] : 0);
        assertThat(empirical[3 + i][3 + j]).isCloseTo(covariance[i][j], within(0.03));
        assertThat(empirical[i][3 + j]).isCloseTo(cross, within(0.03));
      }
    }
  }

  @Test
  void strengthIsInTheUnitsOfEachComponent() {
    GaussianModel model =
        new GaussianModel(new double[2], new double[][] {{4, 1}, {1, 1}}); // correlation 0.5
    assertThat(model.strength()).containsExactly(new double[] {4, 1}, within(1e-6));
  }

  @Test
  void refusesASingularCovariance() {
    assertThatThrownBy(() -> new GaussianModel(new double[2], correlated(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot make Gaussian knockoffs: the covariance of 2 features is not positive"
                + " definite; take more images or fewer features");
  }
}
