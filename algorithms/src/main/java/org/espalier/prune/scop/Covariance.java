package org.espalier.prune.scop;

/** Accumulates mean and covariance of vectors, one at a time. */
final class Covariance {
  private final double[] mean;
  private final double[][] products;
  private long count;

  Covariance(int features) {
    this.mean = new double[features];
    this.products = new double[features][features];
  }

  /** Takes one more vector; its content is overwritten. */
  void add(double[] x) {
    count++;
    double[] before = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      before[i] = x[i] - mean[i];
      mean[i] += before[i] / count;
      x[i] -= mean[i];
    }
    for (int i = 0; i < x.length; i++) {
      double[] row = products[i];
      for (int j = 0; j <= i; j++) {
        row[j] += before[i] * x[j];
      }
    }
  }

  int features() {
    return mean.length;
  }

  long count() {
    return count;
  }

  double[] mean() {
    return mean;
  }

  /** Returns the unbiased covariance. */
  double[][] matrix() {
    int d = mean.length;
    double[][] matrix = new double[d][d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = products[i][j] / (count - 1);
        matrix[j][i] = matrix[i][j];
      }
    }
    return matrix;
  }
}
