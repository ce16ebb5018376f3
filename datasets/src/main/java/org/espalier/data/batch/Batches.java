package org.espalier.data.batch;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import org.espalier.data.LabeledImage;
import org.espalier.data.transform.ImagePipeline;

/**
 * The batches of an epoch, prepared by a background thread a few ahead of their use.
 *
 * <p>One thread takes the batches. A failure of the background thread is thrown, wrapped in an
 * {@link IllegalStateException}, by the call that would have given the batch. {@link #close} ends
 * the thread, wherever it is; it must be called unless the last batch was taken.
 */
public final class Batches implements Iterator<Batch>, AutoCloseable {
  private static final int AHEAD = 2;

  /** A batch, the end (batch and failure null) or a failure. */
  private record Item(Batch batch, Throwable failure) {}

  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread producer;
  private Item next;
  private boolean closed;

  private Batches(Epoch epoch, int from) {
    this.producer = new Thread(() -> produce(epoch, from), "batch-prefetch");
    producer.setDaemon(true);
    producer.start();
  }

  /**
   * Starts to prepare batches.
   *
   * @param images the images, all of one shape; not to be changed meanwhile
   * @param pipeline what makes floats of each
   * @param plan which batches, in which order
   */
  public static Batches iterate(List<LabeledImage> images, ImagePipeline pipeline, BatchPlan plan) {
    return new Batches(new Epoch(images, pipeline, plan), plan.from());
  }

  private void produce(Epoch epoch, int from) {
    try {
      Item end = new Item(null, null);
      try {
        for (int k = from; k < epoch.size() && !Thread.currentThread().isInterrupted(); k++) {
          queue.put(new Item(epoch.batch(k), null));
        }
      } catch (RuntimeException | Error e) {
        end = new Item(null, e);
      }
      queue.put(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Tells whether there is another batch, waiting for it if need be.
   *
   * @throws CancellationException when the waiting thread is interrupted; its interrupt status
   *     stays set
   */
  @Override
  public boolean hasNext() {
    if (closed) {
      return false;
    }
    if (next == null) {
      next = take();
    }
    if (next.failure() != null) {
      throw new IllegalStateException(
          "Cannot prepare a batch: " + next.failure().getMessage(), next.failure());
    }
    return next.batch() != null;
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("Cannot give a batch: the epoch is over");
    }
    Batch batch = next.batch();
    next = null;
    return batch;
  }

  /** Ends the background thread and gives up its batches; a second call does nothing. */
  @Override
  public void close() {
    closed = true;
    producer.interrupt();
    queue.clear();
  }

  private Item take() {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new CancellationException("Cannot wait for a batch: the thread was interrupted");
    }
  }
}
