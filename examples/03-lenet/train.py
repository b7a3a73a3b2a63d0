#!/usr/bin/python3
"""Train the convolutional network of this example and write weights.safetensors.

    apt-get install python3-torch python3-numpy dataset-fashion-mnist
    ./train.py

As in example 01, the forward pass computes in the number formats of model.zt, and the gradient
passes straight through the rounding.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "01-fashion-mlp"))
from fashion import load_split, write_safetensors  # noqa: E402
from train import fake_quant  # noqa: E402

EPOCHS = 16
BATCH = 128
SEED = 3


class LeNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 6, 5)
        self.conv2 = torch.nn.Conv2d(6, 16, 5)
        self.fc = torch.nn.Linear(256, 10)

    @staticmethod
    def constants(layer):
        return (fake_quant(layer.weight, 7, -128, 127),      # Weight = fix(8, 7)
                fake_quant(layer.bias, 12, -32768, 32767))   # Bias   = fix(16, 12)

    def block(self, layer, x):
        y = functional.conv2d(x, *self.constants(layer))
        return functional.max_pool2d(fake_quant(y, 4, 0, 255), 2)  # Act = ufix(8, 4)

    def forward(self, x):
        x = self.block(self.conv2, self.block(self.conv1, x))
        return functional.linear(torch.flatten(x, 1), *self.constants(self.fc))


def tensors_of(split):
    images, labels = load_split(split)
    pixels = images.reshape(-1, 1, 28, 28) / np.float32(256)
    return torch.from_numpy(pixels), torch.from_numpy(labels.astype(np.int64))


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # one order of summation
    torch.use_deterministic_algorithms(True)
    images, labels = tensors_of("train")
    model = LeNet()
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    batches = len(images) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=6e-3,
                                                   total_steps=EPOCHS * batches)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(images))
        total = 0.0
        for step in range(batches):
            batch = order[step * BATCH:(step + 1) * BATCH]
            loss = functional.cross_entropy(model(images[batch]), labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:2}: loss {total / batches:.4f}", flush=True)
    with torch.no_grad():  # saved weights lie inside their format's range
        for layer in (model.conv1, model.conv2, model.fc):
            layer.weight.clamp_(-1, 127 / 128)
    write_safetensors("weights.safetensors",
                      {name: value.detach().numpy() for name, value in model.named_parameters()})
    print("wrote weights.safetensors; now ./simulate.py")


if __name__ == "__main__":
    main()
