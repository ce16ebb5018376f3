/**
 * Network architectures, as configurations: LeNet-5, the ResNets for CIFAR and ImageNet,
 * MobileNetV2 and DenseNet-BC, by class or by name.
 *
 * <p>Vertices are named as the modules of the PyTorch networks that published weights come from.
 * All take NHWC images. Weights do not belong here ({@code org.espalier.weights}), nor do the
 * layers themselves ({@code org.espalier.nn}).
 */
package org.espalier.zoo;
