package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;

/** What the numbers of a value are stored as. */
enum Element {
  F32(memory.data_type.f32, 4),
  BF16(memory.data_type.bf16, 2),
  S32(memory.data_type.s32, 4),
  U8(memory.data_type.u8, 1);

  private final memory.data_type type;
  private final int bytes;

  Element(memory.data_type type, int bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  memory.data_type type() {
    return type;
  }

  int bytes() {
    return bytes;
  }
}
