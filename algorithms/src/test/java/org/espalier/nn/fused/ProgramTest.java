package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProgramTest {
  @Test
  void aClosedProgramTakesNoMemory() {
    try (Team team = new Team(1)) {
      Program program = new Program(new Trace(Element.F32), team);
      program.close();
      assertThatThrownBy(() -> program.run(8, phase -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot run: the network was closed");
      assertThat(program.memory().whole()).isZero();
    }
  }
}
