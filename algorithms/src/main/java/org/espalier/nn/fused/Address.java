package org.espalier.nn.fused;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A native address as a pointer that owns nothing. */
final class Address extends Pointer {
  private Address(long address) {
    this.address = address;
  }

  /** A pointer that is moved from place to place. */
  static Address movable() {
    return new Address(0);
  }

  static Address of(long address) {
    return new Address(address);
  }

  static FloatPointer floats(long address) {
    return new FloatPointer(of(address));
  }

  Address to(long next) {
    address = next;
    return this;
  }
}
