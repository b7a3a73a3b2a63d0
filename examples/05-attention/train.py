#!/usr/bin/python3
"""Train the two layers of attention of this example; writes the weights as .npy files of codes.

    apt-get install python3-torch python3-numpy wamerican
    ./train.py

The forward pass computes in the number formats of model.zt, and the gradient passes straight
through the rounding, as in example 01.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from letters import D, H, L, PARAMETERS, T, load_words, windows

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "01-fashion-mlp"))
from train import fake_quant  # noqa: E402

STEPS = 6000
BATCH = 256
SEED = 7


def act(x):
    return fake_quant(x, 5, -128, 127)     # Act = fix(8, 5)


class Attention(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for name, shape in PARAMETERS.items():
            spread = 0.5 if name in ("letters", "places") else shape[-1] ** -0.5
            self.register_parameter(name, torch.nn.Parameter(torch.randn(shape) * spread))
        self.register_buffer("past", torch.tril(torch.ones(T, T, dtype=torch.bool)))

    def weight(self, name):
        return fake_quant(getattr(self, name), 7, -128, 127)     # Weight = fix(8, 7)

    def attend(self, q, k, v):
        q, k, v = (x.reshape(-1, T, H, D // H).transpose(1, 2) for x in (q, k, v))
        s = (q @ k.transpose(2, 3)) * 0.25
        s = s.masked_fill(~self.past, -1e9)
        gap = fake_quant(s - s.max(3, keepdim=True).values, 5, -256, 0)    # Gap = fix(9, 5)
        e = fake_quant(torch.exp(gap), 8, 0, 256) * self.past              # Prob = ufix(9, 8)
        p = fake_quant(e / e.sum(3, keepdim=True), 8, 0, 256)
        return act((p @ v).transpose(1, 2).reshape(-1, T, D))

    def forward(self, text):
        h = act(self.weight("letters")[text] + self.weight("places"))
        wq, wk, wv, wo = (self.weight(name) for name in ("wq", "wk", "wv", "wo"))
        for l in range(L):
            a = self.attend(act(h @ wq[l].T), act(h @ wk[l].T), act(h @ wv[l].T))
            h = act(h + act(a @ wo[l].T))
        return h @ self.weight("scores").T


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # one order of summation
    torch.use_deterministic_algorithms(True)
    train, test = (torch.from_numpy(windows(words)) for words in load_words())
    model = Attention()
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=6e-3, total_steps=STEPS)
    total = 0.0
    for step in range(1, STEPS + 1):
        batch = train[torch.randint(len(train), (BATCH,))]
        scores = model(batch[:, :-1])
        loss = functional.cross_entropy(scores.reshape(-1, 27), batch[:, 1:].reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        total += loss.item()
        if step % 500 == 0:
            with torch.no_grad():
                hits = (model(test[:5000, :-1])[:, -1].argmax(1) == test[:5000, -1]).float().mean()
            print(f"step {step}: loss {total / 500:.4f}, test {hits:.4f}", flush=True)
            total = 0.0
    codes = {name: torch.round(model.weight(name).detach() * 128).numpy().astype(np.int8)
             for name in PARAMETERS}
    np.save("embedding.npy", np.concatenate([codes[n] for n in ("letters", "places", "scores")]))
    np.save("attention.npy", np.stack([codes[n] for n in ("wq", "wk", "wv", "wo")], axis=1))
    print("wrote the weights; now ./simulate.py")


if __name__ == "__main__":
    main()
