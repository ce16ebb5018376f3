package org.espalier.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.search.journal.Journal;

/**
 * A search's journal: one JSON object a line. First {@code search}, with all settings; then an
 * {@code evaluation} as each becomes known; at last {@code end}.
 *
 * <p>Evaluations of earlier runs are given back once each, and forgotten.
 */
final class SearchJournal {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
  private static final String EVENT = "event";
  private static final String SEARCH = "search";
  private static final String EVALUATION = "evaluation";
  private static final String END = "end";

  private final Journal journal;
  private final Map<Place, Evaluation> earlier = new HashMap<>();
  private boolean ended;

  /** Which evaluation of a search. */
  private record Place(long index, int replicate) {}

  private SearchJournal(Journal journal) {
    this.journal = journal;
  }

  /**
   * Takes up a journal, or begins one.
   *
   * @param settings of the search; those in the journal must be the same
   */
  static SearchJournal open(Journal journal, ObjectNode settings) {
    SearchJournal search = new SearchJournal(journal);
    List<Journal.Line> lines;
    try {
      lines = journal.earlier();
    } catch (IOException e) {
      throw new JournalException("Cannot read the journal: " + e.getMessage(), e);
    }
    ObjectNode header = JSON.createObjectNode().put(EVENT, SEARCH).setAll(settings);
    if (lines.isEmpty()) {
      search.write(header);
      return search;
    }
    checkSame(parse(lines.get(0)), header);
    lines.subList(1, lines.size()).forEach(search::recall);
    return search;
  }

  private static JsonNode parse(Journal.Line line) {
    try {
      JsonNode node = JSON.readTree(line.text());
      if (node instanceof ObjectNode) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw damaged(line, e);
    }
    throw damaged(line, null);
  }

  private static JournalException damaged(Journal.Line line, Throwable cause) {
    return new JournalException(
        "Cannot resume the search: %s is damaged (%s)".formatted(line.place(), line.text()), cause);
  }

  private static void checkSame(JsonNode found, ObjectNode header) {
    Iterator<String> names = header.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      JsonNode was = found.path(name);
      // Numbers are compared as they are written.
      if (!was.toString().equals(header.get(name).toString())) {
        throw new JournalException(
            "Cannot resume the search: the journal is of another one (%s was %s, now %s)"
                .formatted(name, was, header.get(name)));
      }
    }
  }

  private void recall(Journal.Line line) {
    JsonNode node = parse(line);
    switch (node.path(EVENT).asText()) {
      case EVALUATION -> {
        Evaluation evaluation;
        try {
          evaluation = Written.of(node).evaluation();
        } catch (JsonProcessingException | IllegalArgumentException e) {
          throw damaged(line, e);
        }
        earlier.put(new Place(evaluation.index(), evaluation.replicate()), evaluation);
      }
      case END -> ended = true;
      default -> throw damaged(line, null);
    }
  }

  /**
   * Returns what an earlier run found out about a proposal, once.
   *
   * @throws JournalException where it was another code
   */
  Optional<Evaluation> recall(Proposal proposal, int replicate) {
    Evaluation found = earlier.remove(new Place(proposal.index(), replicate));
    if (found == null) {
      return Optional.empty();
    }
    if (!found.proposal().code().equals(proposal.code())) {
      throw new JournalException(
          "Cannot resume the search: evaluation %d was of %s, now it is of %s"
              .formatted(proposal.index(), found.proposal().code(), proposal.code()));
    }
    return Optional.of(
        new Evaluation(
            proposal, replicate, found.code(), found.cost(), found.fitness(), found.how()));
  }

  /** Notes an evaluation. */
  void add(Evaluation evaluation) {
    write(JSON.createObjectNode().put(EVENT, EVALUATION).setAll(Written.of(evaluation).json()));
  }

  /** Notes the end of the search. */
  void end(Optional<Code> winner) {
    if (!ended) {
      ObjectNode node = JSON.createObjectNode().put(EVENT, END);
      winner.ifPresent(code -> node.set("winner", JSON.valueToTree(code)));
      write(node);
      ended = true;
    }
  }

  private void write(JsonNode node) {
    try {
      journal.append(JSON.writeValueAsString(node));
    } catch (IOException e) {
      // HDFS adds the name node's stack
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      throw new JournalException("Cannot write the journal: " + reason, e);
    }
  }

  /**
   * An evaluation as it is written.
   *
   * @param proposed the code proposed, null where it is the code evaluated
   * @param fitness null for a failure
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Written(
      long index,
      int replicate,
      Origin origin,
      Code proposed,
      Code code,
      double cost,
      Double fitness,
      String failure,
      Evaluation.How how,
      Map<String, String> notes) {

    static Written of(Evaluation evaluation) {
      Code proposed = evaluation.proposal().code();
      Fitness fitness = evaluation.fitness();
      return new Written(
          evaluation.index(),
          evaluation.replicate(),
          evaluation.proposal().origin(),
          proposed.equals(evaluation.code()) ? null : proposed,
          evaluation.code(),
          evaluation.cost(),
          fitness.isFailed() ? null : fitness.value(),
          fitness.failure(),
          evaluation.how(),
          fitness.notes());
    }

    static Written of(JsonNode node) throws JsonProcessingException {
      ObjectNode fields = node.deepCopy();
      fields.remove(EVENT);
      return JSON.treeToValue(fields, Written.class);
    }

    ObjectNode json() {
      return JSON.valueToTree(this);
    }

    Evaluation evaluation() {
      if (code == null || origin == null || failure == null || notes == null) {
        throw new IllegalArgumentException("fields are missing");
      }
      Fitness found =
          fitness == null ? Fitness.failed(failure) : new Fitness(fitness, failure, Map.of());
      Proposal proposal = new Proposal(index, proposed == null ? code : proposed, origin);
      return new Evaluation(proposal, replicate, code, cost, found.with(notes), how);
    }
  }
}
