package org.espalier.spark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.espalier.search.Candidate;
import org.espalier.search.Evaluator;
import org.espalier.search.Fitness;
import org.espalier.search.JournalException;
import org.espalier.search.Search;
import org.espalier.search.SearchResult;
import org.espalier.search.SearchSpace;
import org.espalier.search.colony.BeeColony;
import org.espalier.search.journal.Journal;
import org.espalier.search.journal.JournalFolder;
import org.espalier.spark.cluster.MiniHdfs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A search whose journal is on HDFS. */
@Tag("slow")
class HdfsJournalTest {
  private static final SearchSpace SPACE = SearchSpace.uniform(4, 1, 9);

  @RegisterExtension static final MiniHdfs HDFS = new MiniHdfs(2);

  private static CompletableFuture<Fitness> fitness(Candidate candidate) {
    int[] code = candidate.code().toArray();
    return CompletableFuture.completedFuture(
        Fitness.of(IntStream.range(0, code.length).mapToDouble(i -> code[i] / (i + 1.0)).sum()));
  }

  private static Search search(Evaluator evaluator) {
    return Search.of(SPACE, BeeColony.standard().withSize(4, 4, 2), evaluator).seed(5);
  }

  private static JournalFolder journal(String folder) throws IOException {
    return JournalFolder.open(new Path(HDFS.uri(folder)), HDFS.files().getConf());
  }

  private static String end(SearchResult result) {
    return result.best() + " " + result.population();
  }

  /** Returns an evaluator that is gone after so many candidates. */
  private static Evaluator dying(int after) {
    return candidate ->
        candidate.index() < after
            ? fitness(candidate)
            : CompletableFuture.failedFuture(new CancellationException("killed"));
  }

  @Test
  void aSearchGoesOnFromAJournalThatItsWriterNeverClosed() throws Exception {
    String undisturbed = end(search(HdfsJournalTest::fitness).run());
    for (int after : List.of(5, 17)) {
      Journal abandoned = journal("/abandoned");
      assertThatThrownBy(search(dying(after)).journal(abandoned)::run)
          .isInstanceOf(CancellationException.class);
    }
    try (Journal journal = journal("/abandoned")) {
      List<Journal.Line> earlier = journal.earlier();
      assertThat(earlier).hasSizeGreaterThan(17);
      assertThat(end(search(HdfsJournalTest::fitness).journal(journal).run()))
          .isEqualTo(undisturbed);
      assertThat(journal.earlier()).hasSizeGreaterThan(earlier.size());
    }
    assertThat(HDFS.files().listStatus(new Path("/abandoned"))).hasSize(3);
  }

  @Test
  void aFullDiskEndsTheSearchWithASentenceAndItGoesOnLater() throws Exception {
    String undisturbed = end(search(HdfsJournalTest::fitness).run());
    try (Journal journal = journal("/full")) {
      assertThatThrownBy(search(dying(9)).journal(journal)::run)
          .isInstanceOf(CancellationException.class);
    }
    HDFS.fill("/full");
    try (Journal journal = journal("/full")) {
      assertThatThrownBy(search(HdfsJournalTest::fitness).journal(journal)::run)
          .isInstanceOf(JournalException.class)
          .hasMessageStartingWith(
              "Cannot write the journal: The DiskSpace quota of /full is exceeded")
          .hasMessageNotContaining("\n");
    }
    HDFS.empty("/full");
    try (Journal journal = journal("/full")) {
      assertThat(journal.earlier()).hasSizeGreaterThanOrEqualTo(9);
      assertThat(end(search(HdfsJournalTest::fitness).journal(journal).run()))
          .isEqualTo(undisturbed);
    }
  }
}
