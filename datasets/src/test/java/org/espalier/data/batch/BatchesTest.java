package org.espalier.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.espalier.data.LabeledImage;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.data.transform.Normalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BatchesTest {
  private static final ImagePipeline PIPELINE = ImagePipeline.train(1, true, Normalization.MNIST);

  @Property(tries = 100)
  void anEpochHoldsEachImageOnce(
      @ForAll @IntRange(max = 60) int count,
      @ForAll @IntRange(min = 1, max = 70) int batchSize,
      @ForAll long seed,
      @ForAll @IntRange(max = 9) int epoch,
      @ForAll boolean shuffle) {
    BatchPlan plan = new BatchPlan(batchSize, seed, epoch, 3, shuffle, false, 0);
    List<Batch> batches = taken(images(count), plan);
    List<Long> indices = new ArrayList<>();
    for (Batch batch : batches) {
      assertThat(batch.labels()).hasSize(batch.size());
      assertThat(batch.features()).hasSize(batch.size() * 16);
      for (int i = 0; i < batch.size(); i++) {
        assertThat(batch.labels()[i]).isEqualTo((int) (batch.indices()[i] % 10));
        indices.add(batch.indices()[i]);
      }
    }
    assertThat(batches).hasSize(plan.count(count));
    assertThat(indices)
        .containsExactlyInAnyOrderElementsOf(
            images(count).stream().map(LabeledImage::index).toList());
  }

  @Property(tries = 50)
  void startingInTheMiddleGivesTheSameBatches(
      @ForAll @IntRange(min = 1, max = 40) int count,
      @ForAll @IntRange(min = 1, max = 9) int batchSize,
      @ForAll @IntRange(max = 12) int from) {
    BatchPlan plan = BatchPlan.shuffled(batchSize, 1, 2, 0);
    List<Batch> all = taken(images(count), plan);
    List<Batch> rest = taken(images(count), plan.startingAt(from));
    assertSame(rest, all.subList(Math.min(from, all.size()), all.size()));
  }

  @Test
  void epochsShardsAndSeedsHaveTheirOwnOrder() {
    long[] base = order(BatchPlan.shuffled(50, 1, 0, 0));
    assertThat(order(BatchPlan.shuffled(50, 1, 0, 0))).isEqualTo(base);
    assertThat(order(BatchPlan.shuffled(50, 2, 0, 0))).isNotEqualTo(base);
    assertThat(order(BatchPlan.shuffled(50, 1, 1, 0))).isNotEqualTo(base);
    assertThat(order(BatchPlan.shuffled(50, 1, 0, 1))).isNotEqualTo(base);
    assertThat(order(BatchPlan.inOrder(50))).isSorted();
  }

  @Test
  void theLastSmallerBatchCanBeLeftOut() {
    assertThat(taken(images(10), BatchPlan.inOrder(4)))
        .extracting(Batch::size)
        .containsExactly(4, 4, 2);
    assertThat(taken(images(10), BatchPlan.inOrder(4).droppingLast()))
        .extracting(Batch::size)
        .containsExactly(4, 4);
  }

  @Test
  void anImagesFloatsDoNotDependOnTheBatchItIsIn() {
    List<LabeledImage> images = images(12);
    Batch whole = new Epoch(images, PIPELINE, BatchPlan.shuffled(12, 1, 2, 0)).batch(0);
    Batch last = new Epoch(images, PIPELINE, BatchPlan.shuffled(5, 1, 2, 0)).batch(2);
    assertThat(Arrays.copyOfRange(whole.features(), 160, 192)).isEqualTo(last.features());
    assertThatThrownBy(() -> new Epoch(images, PIPELINE, BatchPlan.inOrder(5)).batch(3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("Cannot make a batch: there are 3 (3)");
  }

  @Test
  @Timeout(60)
  void aFailureReachesTheCallerAfterTheBatchesBefore() {
    List<LabeledImage> images = new ArrayList<>(images(6));
    images.set(5, new LabeledImage(new byte[4], 2, 2, 1, 0, 5));
    try (Batches batches = Batches.iterate(images, PIPELINE, BatchPlan.inOrder(2))) {
      assertThat(batches.next().indices()).containsExactly(0, 1);
      assertThat(batches.next().indices()).containsExactly(2, 3);
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(batches::hasNext)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "Cannot prepare a batch: Cannot make a batch: images must all be 4x4x1 (image 5"
                    + " (2x2x1, label 0))")
            .hasCauseInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  @Timeout(60)
  void closingEarlyEndsTheThread() throws InterruptedException {
    Batches batches = Batches.iterate(images(1000), PIPELINE, BatchPlan.inOrder(2));
    batches.next();
    Thread producer = producers().get(0);
    batches.close();
    batches.close();
    producer.join(10_000);
    assertThat(producer.isAlive()).isFalse();
    assertThat(batches.hasNext()).isFalse();
    assertThatThrownBy(batches::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("Cannot give a batch: the epoch is over");
  }

  @Test
  @Timeout(60)
  void takingAllEndsTheThread() throws InterruptedException {
    taken(images(100), BatchPlan.inOrder(7));
    for (Thread producer : producers()) {
      producer.join(10_000);
    }
    assertThat(producers()).isEmpty();
  }

  @Test
  @Timeout(60)
  void anInterruptedWaitIsCancelled() {
    List<LabeledImage> slow =
        new AbstractList<>() {
          @Override
          public LabeledImage get(int i) {
            if (i > 0) {
              waitForInterrupt();
            }
            return images(1).get(0);
          }

          @Override
          public int size() {
            return 2;
          }
        };
    try (Batches batches = Batches.iterate(slow, PIPELINE, BatchPlan.inOrder(2))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(batches::hasNext)
          .isInstanceOf(CancellationException.class)
          .hasMessage("Cannot wait for a batch: the thread was interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void plansRefuseWhatIsOutOfRange() {
    assertThatThrownBy(() -> BatchPlan.inOrder(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make batches: the batch size must be at least 1 (0)");
    assertThatThrownBy(() -> BatchPlan.shuffled(1, 1, -1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make batches: the epoch must not be negative (-1)");
    assertThatThrownBy(() -> BatchPlan.inOrder(1).startingAt(-2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make batches: the first batch must not be negative (-2)");
  }

  private static void waitForInterrupt() {
    try {
      Thread.sleep(30_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<Thread> producers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("batch-prefetch"))
        .toList();
  }

  private static long[] order(BatchPlan plan) {
    return taken(images(50), plan).get(0).indices();
  }

  private static void assertSame(List<Batch> found, List<Batch> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).features()).isEqualTo(expected.get(i).features());
      assertThat(found.get(i).indices()).isEqualTo(expected.get(i).indices());
    }
  }

  private static List<Batch> taken(List<LabeledImage> images, BatchPlan plan) {
    List<Batch> taken = new ArrayList<>();
    try (Batches batches = Batches.iterate(images, PIPELINE, plan)) {
      batches.forEachRemaining(taken::add);
    }
    return taken;
  }

  private static List<LabeledImage> images(int count) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[16];
      Arrays.fill(pixels, (byte) i);
      images.add(new LabeledImage(pixels, 4, 4, 1, i % 10, i));
    }
    return images;
  }
}
