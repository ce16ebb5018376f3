package org.espalier.nn.fused;

/** Where an operand lies for the slice at hand. */
interface Place {
  /** The native address. */
  long address(Cursor cursor);
}
