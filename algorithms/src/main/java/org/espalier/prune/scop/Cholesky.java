package org.espalier.prune.scop;

/** The Cholesky factor of a symmetric positive definite matrix: A = L L'. */
final class Cholesky {
  private final double[][] lower;

  private Cholesky(double[][] lower) {
    this.lower = lower;
  }

  /** Returns the factorisation, or null where the matrix is not positive definite. */
  static Cholesky of(double[][] matrix) {
    int n = matrix.length;
    double[][] lower = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        if (i > j) {
          lower[i][j] = sum / lower[j][j];
        } else if (sum > 0) {
          lower[i][i] = Math.sqrt(sum);
        } else {
          return null;
        }
      }
    }
    return new Cholesky(lower);
  }

  /** Tells whether matrix - shift * I is positive definite. */
  static boolean isDefinite(double[][] matrix, double shift) {
    double[][] shifted = new double[matrix.length][];
    for (int i = 0; i < matrix.length; i++) {
      shifted[i] = matrix[i].clone();
      shifted[i][i] -= shift;
    }
    return of(shifted) != null;
  }

  /** Returns L, the upper triangle being zero. */
  double[][] lower() {
    return lower;
  }

  /** Solves A x = b in place. */
  void solve(double[] b) {
    int n = lower.length;
    for (int i = 0; i < n; i++) {
      double sum = b[i];
      for (int k = 0; k < i; k++) {
        sum -= lower[i][k] * b[k];
      }
      b[i] = sum / lower[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      double sum = b[i];
      for (int k = i + 1; k < n; k++) {
        sum -= lower[k][i] * b[k];
      }
      b[i] = sum / lower[i][i];
    }
  }
}
