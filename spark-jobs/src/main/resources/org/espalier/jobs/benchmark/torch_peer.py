"""A network in PyTorch (eager, channels last) that takes steps as standard input tells it, a line each.

It greets with "torch VERSION". The first line that it reads describes network, batch and optimiser in JSON; each line
after it is "train" or "infer". Every line is answered: "done", with the number of parameters the first time, or "error"
with the reason.
"""
import json
import sys


def fail(error):
    print("error", " ".join(f"{type(error).__name__}: {error}".split()), flush=True)
    sys.exit(1)


try:
    import torch
    from torch import nn
    from torch.nn import functional
except Exception as e:
    fail(e)


class Dense(nn.Linear):
    def forward(self, x):
        return super().forward(x.flatten(1))


class GlobalAverage(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


class PaddedShortcut(nn.Module):
    def __init__(self, stride, before, after):
        super().__init__()
        self.stride, self.padding = stride, (0, 0, 0, 0, before, after)

    def forward(self, x):
        return functional.pad(x[:, :, :: self.stride, :: self.stride], self.padding)


class Sum(nn.Module):
    def forward(self, first, *others):
        for other in others:
            first = first + other
        return first


class Concatenation(nn.Module):
    def forward(self, *inputs):
        return torch.cat(inputs, 1)


KINDS = {
    "convolution": nn.Conv2d,
    "dense": Dense,
    "batchNorm": nn.BatchNorm2d,
    "relu": lambda: nn.ReLU(inplace=True),
    "relu6": lambda: nn.ReLU6(inplace=True),
    "maxPooling": nn.MaxPool2d,
    "averagePooling": lambda **windows: nn.AvgPool2d(**windows, count_include_pad=False),
    "globalAverage": GlobalAverage,
    "paddedShortcut": PaddedShortcut,
    "sum": Sum,
    "concatenation": Concatenation,
}


class Network(nn.Module):
    """Calls its layers in order, and lets go of what no later one takes."""

    def __init__(self, vertices):
        super().__init__()
        self.layers = nn.ModuleList(KINDS[v["kind"]](**v["settings"]) for v in vertices)
        last = {name: i for i, v in enumerate(vertices) for name in v["inputs"]}
        self.steps = [
            (layer, v["name"], v["inputs"], [name for name in set(v["inputs"]) if last[name] == i])
            for i, (v, layer) in enumerate(zip(vertices, self.layers))
        ]

    def forward(self, images):
        values = {"input": images}
        for layer, name, inputs, done in self.steps:
            values[name] = layer(*[values[i] for i in inputs])
            for value in done:
                del values[value]
        return values[name]


class Peer:
    def __init__(self, settings):
        torch.set_num_threads(settings["threads"])
        self.bf16 = settings["precision"] == "bf16-mixed"
        self.network = Network(settings["vertices"]).to(memory_format=torch.channels_last)
        batch, height, width, channels = settings["images"]
        self.images = torch.randn(batch, channels, height, width).contiguous(memory_format=torch.channels_last)
        self.labels = torch.randint(settings["classes"], (batch,))
        self.optimizer = torch.optim.SGD(self.network.parameters(), **settings["sgd"])

    def parameters(self):
        return sum(p.numel() for p in self.network.parameters())

    def outputs(self):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            return self.network(self.images)

    def train(self):
        self.network.train()
        self.optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(self.outputs().float(), self.labels).backward()
        self.optimizer.step()

    def infer(self):
        self.network.eval()
        with torch.no_grad():
            self.outputs()


def main():
    print("torch", torch.__version__, flush=True)
    peer = None
    for line in sys.stdin:
        if peer is None:
            peer = Peer(json.loads(line))
            print("done", peer.parameters(), flush=True)
        else:
            {"train": peer.train, "infer": peer.infer}[line.strip()]()
            print("done", flush=True)


try:
    main()
except Exception as e:
    fail(e)
