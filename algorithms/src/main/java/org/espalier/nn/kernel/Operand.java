package org.espalier.nn.kernel;

import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Something of fixed layout that a primitive reads or writes. */
record Operand(memory.desc layout, memory place) {
  /** Makes the next run use the memory of this array. */
  void at(INDArray array) {
    place.set_data_handle(array.data().addressPointer());
  }
}
