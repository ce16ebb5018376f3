package org.espalier.nn.kernel;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;

/** A primitive with its arguments, ready to run. */
record Step(primitive operation, IntMemoryMap arguments, memory scratchpad, long scratchpadBytes) {
  void run() {
    Lane lane = Lane.current();
    if (scratchpadBytes > 0) {
      scratchpad.set_data_handle(lane.scratchpad(scratchpadBytes));
    }
    operation.execute(lane.stream(), arguments);
  }
}
