package org.espalier.prune.scop;

import java.io.Serializable;

/**
 * Second-order knockoffs of a normal vector, equicorrelated.
 *
 * <p>For rows X ~ N(mu, S) the knockoff is drawn from
 *
 * <pre>
 * X~ | X ~ N( mu + (X - mu) A, V ),   A = I - inv(S) D,   V = 2 D - D inv(S) D,   D = diag(s)
 * s_j = s S_jj,   s = min(1, 2 lambda_min(R)),   R the correlation matrix
 * </pre>
 *
 * so that swapping any components of X with those of X~ leaves mean and covariance unchanged:
 * Cov(X~) = S, Cov(X_i, X~_j) = S_ij for i unlike j, Cov(X_j, X~_j) = S_jj - s_j. At s = 2
 * lambda_min V is singular; s is lowered by parts in 10^8, 10^7, ... until its Cholesky factor
 * exists.
 *
 * <p>Candes, Fan, Janson, Lv: Panning for gold, <a
 * href="https://arxiv.org/abs/1610.02351">arXiv:1610.02351</a>, sections 3.4.1 and 3.4.2.
 */
final class GaussianModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] mean;
  private final double[] s;
  private final double[][] regression;
  private final double[][] conditional;
  private final double[][] root;

  /**
   * Prepares knockoffs.
   *
   * @param mean mu, of length d
   * @param covariance S, d x d, positive definite
   */
  GaussianModel(double[] mean, double[][] covariance) {
    Cholesky factor = Cholesky.of(covariance);
    if (factor == null) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot make Gaussian knockoffs: the covariance of %d features is not positive"
                  + " definite; take more images or fewer features",
              mean.length));
    }
    this.mean = mean.clone();
    double largest = Math.min(1, 2 * smallestEigenvalue(correlation(covariance)));
    double part = 1e-8;
    double[][] v;
    Cholesky vFactor;
    double[] strength;
    do {
      strength = new double[mean.length];
      for (int j = 0; j < strength.length; j++) {
        strength[j] = largest * (1 - part) * covariance[j][j];
      }
      v = conditional(factor, strength);
      vFactor = Cholesky.of(v);
      part *= 10;
    } while (vFactor == null && part <= 1);
    if (vFactor == null) {
      throw new IllegalArgumentException(
          "Cannot make Gaussian knockoffs: the covariance is too close to singular (lambda "
              + largest / 2
              + ")");
    }
    this.s = strength;
    this.conditional = v;
    this.root = vFactor.lower();
    this.regression = regression(factor, strength);
  }

  /** Returns the variance by which each component differs from its knockoff, halved: s. */
  double[] strength() {
    return s.clone();
  }

  /** Returns A. */
  double[][] regression() {
    return regression;
  }

  /** Returns V. */
  double[][] conditional() {
    return conditional;
  }

  /** Returns the number of components. */
  int size() {
    return mean.length;
  }

  /** Draws a knockoff of x. */
  double[] draw(double[] x, NormalNumbers normal) {
    int d = mean.length;
    double[] knockoff = mean.clone();
    for (int i = 0; i < d; i++) {
      double centred = x[i] - mean[i];
      double[] row = regression[i];
      for (int j = 0; j < d; j++) {
        knockoff[j] += centred * row[j];
      }
    }
    double[] z = new double[d];
    for (int i = 0; i < d; i++) {
      z[i] = normal.next();
      double sum = 0;
      for (int k = 0; k <= i; k++) {
        sum += root[i][k] * z[k];
      }
      knockoff[i] += sum;
    }
    return knockoff;
  }

  private static double[][] correlation(double[][] covariance) {
    int d = covariance.length;
    double[][] correlation = new double[d][d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        correlation[i][j] = covariance[i][j] / Math.sqrt(covariance[i][i] * covariance[j][j]);
      }
    }
    return correlation;
  }

  /** Bisects for the largest shift that leaves a correlation matrix positive definite. */
  private static double smallestEigenvalue(double[][] correlation) {
    double low = 0;
    double high = 1 + 1e-9; // the mean of a correlation matrix's eigenvalues is 1
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (Cholesky.isDefinite(correlation, middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Returns V = 2 D - D inv(S) D. */
  private static double[][] conditional(Cholesky covariance, double[] s) {
    int d = s.length;
    double[][] v = new double[d][];
    for (int i = 0; i < d; i++) {
      double[] row = new double[d];
      row[i] = s[i];
      covariance.solve(row); // inv(S) D e_i
      for (int j = 0; j < d; j++) {
        row[j] *= -s[j];
      }
      row[i] += 2 * s[i];
      v[i] = row;
    }
    return v;
  }

  /** Returns A = I - inv(S) D, of which column j is e_j - inv(S) s_j e_j. */
  private static double[][] regression(Cholesky covariance, double[] s) {
    int d = s.length;
    double[][] a = new double[d][d];
    for (int j = 0; j < d; j++) {
      double[] column = new double[d];
      column[j] = s[j];
      covariance.solve(column);
      for (int i = 0; i < d; i++) {
        a[i][j] = (i == j ? 1 : 0) - column[i];
      }
    }
    return a;
  }
}
