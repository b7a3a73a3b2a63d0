#!/usr/bin/python3
"""Integer arithmetic of model.zt in numpy, written independently of the compiler.

    ./simulate.py                      float and fixed-point accuracy on the 10,000 test images
    ./simulate.py --image 0            write image-0.npy, and print its class and scores

Every number is an int64 code. A sum of products is exact; rounding is floor(x / 2^k + 1/2).
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "01-fashion-mlp"))
from fashion import CLASSES, load_split, read_safetensors  # noqa: E402
from simulate import shift_round, to_codes  # noqa: E402


def conv(kernels, x, biases):
    """Valid convolution of [N, C, H, V] by [O, C, R, S], exact for integers."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[2:], axis=(2, 3))
    return np.einsum("nchvrs,ocrs->nohv", windows, kernels, optimize=True) + biases[:, None, None]


def pool(x):
    n, c, h, v = x.shape
    return x.reshape(n, c, h // 2, 2, v // 2, 2).max(axis=(3, 5))


class FixedLeNet:
    def __init__(self, weights):
        self.weights = {layer: to_codes(weights[f"{layer}.weight"], 7, -128, 127)
                        for layer in ("conv1", "conv2", "fc")}
        self.biases = {layer: to_codes(weights[f"{layer}.bias"], 12, -32768, 32767)
                       for layer in ("conv1", "conv2", "fc")}

    def scores(self, pixels):
        """Codes of the ten scores, step 2^-12, of uint8 images [N, 1, 28, 28] (step 2^-8)."""
        x = pixels.astype(np.int64)
        x = conv(self.weights["conv1"], x, self.biases["conv1"] << 3)   # step 2^-15
        x = pool(np.clip(shift_round(x, 11), 0, 255))                   # step 2^-4
        x = conv(self.weights["conv2"], x << 1, self.biases["conv2"])   # step 2^-12
        x = pool(np.clip(shift_round(x, 8), 0, 255))
        x = x.reshape(len(x), -1)
        return (x << 1) @ self.weights["fc"].T + self.biases["fc"]

    def classify(self, pixels):
        return np.argmax(self.scores(pixels), axis=1)  # the first of equals, as in the language


def classify_float(weights, pixels):
    x = pixels.astype(np.float32) / np.float32(256)
    for layer in ("conv1", "conv2"):
        x = pool(np.maximum(conv(weights[f"{layer}.weight"], x, weights[f"{layer}.bias"]), 0))
    return np.argmax(x.reshape(len(x), -1) @ weights["fc.weight"].T + weights["fc.bias"], axis=1)


def accuracy(classify, images, labels):
    parts = [classify(images[i:i + 500]) for i in range(0, len(images), 500)]
    return np.mean(np.concatenate(parts) == labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", default="weights.safetensors")
    parser.add_argument("--image", type=int, metavar="N")
    args = parser.parse_args()
    weights = read_safetensors(args.weights)
    model = FixedLeNet(weights)
    images, labels = load_split("t10k")
    images = images.reshape(-1, 1, 28, 28)
    if args.image is not None:
        image = images[args.image]
        np.save(f"image-{args.image}.npy", image)
        scores = model.scores(image[None])[0]
        print(f"class {np.argmax(scores)} ({CLASSES[np.argmax(scores)]}), scores {scores.tolist()}")
        return
    print(f"float accuracy        "
          f"{accuracy(lambda x: classify_float(weights, x), images, labels):.4f}")
    print(f"fixed-point accuracy  {accuracy(model.classify, images, labels):.4f}")


if __name__ == "__main__":
    main()
