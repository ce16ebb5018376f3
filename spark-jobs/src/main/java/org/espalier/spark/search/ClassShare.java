package org.espalier.spark.search;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.espalier.data.LabeledImage;
import org.espalier.data.RandomStreams;

/** Some of many images: the same share of each class, drawn at random. */
final class ClassShare {
  private ClassShare() {}

  /**
   * Marks them. Of n images of a class n times the share are marked, rounded to the nearest, but at
   * least one.
   *
   * @param purpose the purpose of the random numbers
   */
  static boolean[] of(List<LabeledImage> images, double share, long seed, String purpose) {
    Map<Integer, int[]> ranks = new TreeMap<>();
    int[] labels = images.stream().mapToInt(LabeledImage::label).toArray();
    Arrays.stream(labels)
        .distinct()
        .forEach(
            label ->
                ranks.put(
                    label,
                    IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray()));
    boolean[] marked = new boolean[labels.length];
    ranks.forEach(
        (label, ofClass) -> {
          SplittableRandom random = RandomStreams.of(seed, purpose, label);
          long count = Math.max(1, Math.round(ofClass.length * share));
          for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(ofClass.length - i);
            marked[ofClass[j]] = true;
            ofClass[j] = ofClass[i];
          }
        });
    return marked;
  }
}
