package org.espalier.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many records were left out, and what was wrong with the first of them.
 *
 * @param count the number of records left out
 * @param examples one sentence for each of the first records, at most {@link #MAX_EXAMPLES}
 */
public record CorruptRecords(long count, List<String> examples) implements Serializable {
  /** The number of records that are described; the others are only counted. */
  public static final int MAX_EXAMPLES = 5;

  /** No record was left out. */
  public static final CorruptRecords NONE = new CorruptRecords(0, List.of());

  /** Copies the examples. */
  public CorruptRecords {
    examples = List.copyOf(examples);
  }

  /** Returns the sum of two counts, with the first examples of both. */
  public CorruptRecords plus(CorruptRecords other) {
    List<String> first = new ArrayList<>(examples);
    first.addAll(other.examples);
    return new CorruptRecords(
        count + other.count, first.subList(0, Math.min(MAX_EXAMPLES, first.size())));
  }

  /** Applies a policy to corrupt records as they are found. */
  public static final class Collector {
    private static final Logger LOG = LoggerFactory.getLogger(CorruptRecords.class);

    private final OnCorrupt policy;
    private final List<String> examples = new ArrayList<>();
    private long count;

    /** Makes a collector that throws at once or counts, as the policy says. */
    public Collector(OnCorrupt policy) {
      this.policy = policy;
    }

    /**
     * Takes note of one corrupt record.
     *
     * @param sentence which file, where, what is wrong, what is allowed
     * @throws DataException with that sentence, under {@link OnCorrupt#FAIL}
     */
    public void add(String sentence) throws DataException {
      if (policy == OnCorrupt.FAIL) {
        throw new DataException(sentence);
      }
      count++;
      if (examples.size() < MAX_EXAMPLES) {
        examples.add(sentence);
        LOG.warn("Left out a corrupt record: {}", sentence);
      }
    }

    /** Returns what was counted so far. */
    public CorruptRecords records() {
      return new CorruptRecords(count, examples);
    }
  }
}
