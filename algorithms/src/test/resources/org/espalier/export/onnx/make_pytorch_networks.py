"""Writes resnet-pytorch.onnx and mobilenetv2-pytorch.onnx beside itself: small networks with random
weights, exported by PyTorch 1.13 (Debian's python3-torch). Run: python3 make_pytorch_networks.py"""

import os

import torch
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(n_out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(n_out, n_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(n_out)
        self.downsample = None
        if stride != 1 or n_in != n_out:
            self.downsample = nn.Sequential(
                nn.Conv2d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm2d(n_out))

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(out)) + identity)


class ResNet(nn.Module):
    """As ResNet-18 for ImageNet: 7x7 stem with maximum pooling, then stages of basic blocks."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(BasicBlock(8, 8, 1), BasicBlock(8, 8, 1))
        self.layer2 = nn.Sequential(BasicBlock(8, 16, 2), BasicBlock(16, 16, 1))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16, 7)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer2(self.layer1(x))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def unit(n_in, n_out, kernel, stride, groups=1):
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(n_out), nn.ReLU6(inplace=True))


class InvertedResidual(nn.Module):
    def __init__(self, n_in, n_out, stride, expansion):
        super().__init__()
        hidden = n_in * expansion
        self.residual = stride == 1 and n_in == n_out
        self.conv = nn.Sequential(
            unit(n_in, hidden, 1, 1), unit(hidden, hidden, 3, stride, hidden),
            nn.Conv2d(hidden, n_out, 1, bias=False), nn.BatchNorm2d(n_out))

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    """Ends as VGG does, in a classifier that reads a flattened map, so that its order matters."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            unit(3, 8, 3, 2), InvertedResidual(8, 8, 1, 4), InvertedResidual(8, 12, 2, 4),
            unit(12, 24, 1, 1))
        self.pool = nn.AvgPool2d(2)
        self.classifier = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(24 * 4 * 4, 20), nn.ReLU(), nn.Linear(20, 7))

    def forward(self, x):
        x = self.pool(self.features(x))
        return torch.softmax(self.classifier(torch.flatten(x, 1)), 1)


def export(model, name, side, training):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.6, 1.4)
            nn.init.uniform_(module.bias, -0.3, 0.3)
    model.train()
    for _ in range(20):
        model(torch.randn(16, 3, side, side))
    model.eval()
    # In eval mode the exporter folds batch normalisation; PRESERVE of a training model keeps it.
    keep = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False} if training else {}
    torch.onnx.export(
        model, torch.randn(1, 3, side, side), os.path.join(os.path.dirname(os.path.abspath(__file__)), name),
        opset_version=13, input_names=["images"], output_names=["scores"],
        dynamic_axes={"images": {0: "batch"}, "scores": {0: "batch"}}, **keep)


torch.manual_seed(7)
export(ResNet(), "resnet-pytorch.onnx", 32, False)
export(MobileNetV2(), "mobilenetv2-pytorch.onnx", 32, True)
