package org.espalier.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class SuggestionsTest {

  @Test
  void aKeyInTheWrongSectionIsFound() {
    assertThat(Suggestions.nearest("averagingInterval", List.of("training.averagingInterval", "a")))
        .containsExactly("training.averagingInterval");
  }

  @Test
  void whatIsFarFromEverythingGetsNoSuggestion() {
    assertThat(Suggestions.nearest("colour", List.of("path", "format"))).isEmpty();
  }

  @Property
  void editDistanceIsAMetric(
      @ForAll @AlphaChars @StringLength(max = 6) String a,
      @ForAll @AlphaChars @StringLength(max = 6) String b,
      @ForAll @AlphaChars @StringLength(max = 6) String c) {
    assertThat(Suggestions.edits(a, b)).isEqualTo(Suggestions.edits(b, a));
    assertThat(Suggestions.edits(a, b) == 0).isEqualTo(a.equalsIgnoreCase(b));
    assertThat(Suggestions.edits(a, c))
        .isLessThanOrEqualTo(Suggestions.edits(a, b) + Suggestions.edits(b, c));
  }
}
