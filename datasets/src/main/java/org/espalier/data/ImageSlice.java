package org.espalier.data;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** A contiguous run of images, small enough for one task's memory; it travels to executors. */
public interface ImageSlice extends Serializable {

  /** Returns the index, in the whole set, at which the slice begins. */
  long first();

  /** Returns the number of images, those that prove corrupt on reading included. */
  long size();

  /**
   * Reads the slice's images into memory as unsigned bytes, ordered by index.
   *
   * <p>Reading twice gives equal images.
   *
   * @param hadoop how file systems are reached
   * @throws DataException when a record is corrupt and the set was opened with {@link
   *     OnCorrupt#FAIL}
   */
  SliceContent read(Configuration hadoop) throws IOException;
}
