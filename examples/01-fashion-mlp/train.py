#!/usr/bin/python3
"""Train the 784-64-10 classifier of this example and write weights.safetensors.

    apt-get install python3-torch python3-numpy dataset-fashion-mnist
    ./train.py

The forward pass already computes in the number formats of model.zt (weights, biases and hidden
activations are rounded to their grids and clamped), while the gradient passes straight through
the rounding. So the network learns to live with 8-bit numbers, and the real-valued weights that
are saved lose next to nothing when the compiler rounds them.
"""

import numpy as np
import torch

from fashion import load_split, write_safetensors

HIDDEN = 64
EPOCHS = 40
BATCH = 128
SEED = 2


def fake_quant(x, fraction, low, high):
    """x rounded to multiples of 2^-fraction (ties up) with codes in low..high; gradient of clamp."""
    step = 2.0 ** -fraction
    x = torch.clamp(x, low * step, high * step)
    return x + (torch.floor(x / step + 0.5) * step - x).detach()


class Mlp(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(784, HIDDEN)
        self.fc2 = torch.nn.Linear(HIDDEN, 10)

    @staticmethod
    def dense(layer, x):
        weight = fake_quant(layer.weight, 7, -128, 127)        # Weight = fix(8, 7)
        bias = fake_quant(layer.bias, 8, -32768, 32767)        # Bias   = fix(16, 8)
        return torch.nn.functional.linear(x, weight, bias)

    def forward(self, x):
        hidden = fake_quant(self.dense(self.fc1, x), 4, 0, 255)  # Act = ufix(8, 4): also the ReLU
        return self.dense(self.fc2, hidden)


def tensors_of(split):
    images, labels = load_split(split)
    return torch.from_numpy(images / np.float32(256)), torch.from_numpy(labels.astype(np.int64))


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # one order of summation
    torch.use_deterministic_algorithms(True)
    images, labels = tensors_of("train")
    model = Mlp()
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3, weight_decay=1e-5)
    steps = EPOCHS * (len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=4e-3, total_steps=steps)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(images))
        total = 0.0
        for step in range(len(images) // BATCH):
            batch = order[step * BATCH:(step + 1) * BATCH]
            loss = torch.nn.functional.cross_entropy(model(images[batch]), labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:2}: loss {total / (len(images) // BATCH):.4f}", flush=True)
    with torch.no_grad():  # saved weights lie inside their format's range
        model.fc1.weight.clamp_(-1, 127 / 128)
        model.fc2.weight.clamp_(-1, 127 / 128)
    write_safetensors("weights.safetensors",
                      {name: value.detach().numpy() for name, value in model.named_parameters()})
    print("wrote weights.safetensors; now ./simulate.py")


if __name__ == "__main__":
    main()
