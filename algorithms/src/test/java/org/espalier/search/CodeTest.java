package org.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CodeTest {
  @Test
  void codesAreEqualIfTheirNumbersAre() {
    int[] numbers = {3, 1, 2};
    Code code = Code.of(numbers);
    numbers[0] = 9;
    code.toArray()[0] = 9;
    assertThat(code)
        .isEqualTo(Code.of(3, 1, 2))
        .hasSameHashCodeAs(Code.of(3, 1, 2))
        .isNotEqualTo(Code.of(3, 1, 3))
        .isNotEqualTo(Code.of(3, 1))
        .hasToString("[3, 1, 2]");
    assertThat(code.with(1, 7)).isEqualTo(Code.of(3, 7, 2));
    assertThat(code.at(1)).isEqualTo(1);
  }

  @Test
  void jsonIsAnArray() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    String text = json.writeValueAsString(Code.of(3, -1, 2));
    assertThat(text).isEqualTo("[3,-1,2]");
    assertThat(json.readValue(text, Code.class)).isEqualTo(Code.of(3, -1, 2));
  }

  @Test
  void aCodeWithoutPositionsIsRefused() {
    assertThatThrownBy(() -> Code.of())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a code: it has no positions (0)");
  }

  @Test
  void aSpaceKnowsItsCodes() {
    SearchSpace space = SearchSpace.of(new int[] {1, 0, 4}, new int[] {3, 0, 9});
    assertThat(space.contains(Code.of(1, 0, 9))).isTrue();
    assertThat(space.contains(Code.of(0, 0, 9))).isFalse();
    assertThat(space.contains(Code.of(1, 1, 9))).isFalse();
    assertThat(space.contains(Code.of(1, 0))).isFalse();
    assertThat(IntStream.of(-7, 5, 12).map(value -> space.clamp(2, value)))
        .containsExactly(4, 5, 9);
    assertThat(space.leastCode()).isEqualTo(Code.of(1, 0, 4));
    assertThat(space.mostCode()).isEqualTo(Code.of(3, 0, 9));
  }

  @Test
  void randomCodesReachEveryNumberAlike() {
    SearchSpace space = SearchSpace.uniform(1, 1, 7);
    int[] counts = new int[8];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 70_000; i++) {
      counts[space.random(random).at(0)]++;
    }
    assertThat(counts[0]).isZero();
    assertThat(IntStream.of(counts).skip(1)).allMatch(count -> count > 9_600);
  }

  @Test
  void spacesWithoutCodesAreRefused() {
    assertThatThrownBy(() -> SearchSpace.of(new int[] {1, 5}, new int[] {1, 4}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot make a search space: at position 1 the least number is above the greatest (5, 4)");
    assertThatThrownBy(() -> SearchSpace.of(new int[] {1}, new int[] {1, 4}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot make a search space: there must be as many least as greatest numbers, at least one (1, 2)");
  }
}
