package org.espalier.jobs.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.zoo.Networks;
import org.espalier.zoo.Shortcut;

/**
 * The network; its classes and its input size come from the data.
 *
 * @param name one of {@link Networks#names()}; of no effect where the weights' file holds a whole
 *     network, which .zip and .onnx files do
 * @param weights a file of trained weights, which exists; empty for none
 * @param shortcut what stands in the shortcuts of a residual network for CIFAR
 */
public record ModelConfig(String name, Optional<String> weights, Shortcut shortcut) {

  private static final List<String> WEIGHTS = List.of(".safetensors", ".zip", ".onnx");

  /** Returns whether the weights' file is an ONNX file. */
  public boolean isOnnx() {
    return weights.map(file -> file.toLowerCase(Locale.ROOT).endsWith(".onnx")).orElse(false);
  }

  static ModelConfig from(Section section) {
    String name = section.oneOf("name", Networks.names());
    Optional<String> weights = weights(section, "weights");
    return new ModelConfig(name, weights, section.choice("shortcut", Shortcut.class));
  }

  /** Reads a key that names a file with a network, or with its weights. */
  static Optional<String> weights(Section section, String key) {
    Optional<String> weights = section.optionalText(key);
    if (weights.isPresent()) {
      String file = weights.get().toLowerCase(Locale.ROOT);
      if (WEIGHTS.stream().noneMatch(file::endsWith)) {
        throw section.error(key, "must be a .safetensors, a DL4J .zip or an .onnx file");
      }
      section.existingPath(key);
    }
    return weights;
  }
}
