#!/usr/bin/python3
"""Integer arithmetic of model.zt in numpy, written independently of the compiler.

    ./simulate.py                      float and fixed-point accuracy on the 10,000 test images
    ./simulate.py --predictions FILE   also write the fixed-point class of each image, one per line
    ./simulate.py --image X.npy        class and scores of one image

Every number is an int64 code. A sum of products is exact; rounding is floor(x / 2^k + 1/2).
"""

import argparse

import numpy as np

from fashion import CLASSES, load_split, read_safetensors


def to_codes(real, fraction, low, high):
    """Codes of real values: nearest, ties up, saturated (the verb `clamp`). float64 is exact here."""
    scaled = np.floor(real.astype(np.float64) * 2.0 ** fraction + 0.5)
    return np.clip(scaled, low, high).astype(np.int64)


def shift_round(codes, bits):
    return (codes + (1 << (bits - 1))) >> bits


class FixedMlp:
    def __init__(self, weights):
        self.w1 = to_codes(weights["fc1.weight"], 7, -128, 127)
        self.w2 = to_codes(weights["fc2.weight"], 7, -128, 127)
        self.b1 = to_codes(weights["fc1.bias"], 8, -32768, 32767)
        self.b2 = to_codes(weights["fc2.bias"], 8, -32768, 32767)

    def scores(self, pixels):
        """Codes of the ten scores, step 2^-11, of uint8 images [N, 784] (step 2^-8)."""
        acc = pixels.astype(np.int64) @ self.w1.T + (self.b1 << 7)      # step 2^-15
        hidden = np.clip(shift_round(acc, 11), 0, 255)                  # step 2^-4
        return hidden @ self.w2.T + (self.b2 << 3)                      # step 2^-11

    def classify(self, pixels):
        return np.argmax(self.scores(pixels), axis=1)  # the first of equals, as in the language


def classify_float(weights, pixels):
    x = pixels.astype(np.float32) / np.float32(256)
    hidden = np.maximum(x @ weights["fc1.weight"].T + weights["fc1.bias"], 0)
    return np.argmax(hidden @ weights["fc2.weight"].T + weights["fc2.bias"], axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", default="weights.safetensors")
    parser.add_argument("--predictions", metavar="FILE")
    parser.add_argument("--image", metavar="X.npy")
    args = parser.parse_args()
    weights = read_safetensors(args.weights)
    model = FixedMlp(weights)
    if args.image:
        scores = model.scores(np.load(args.image).reshape(1, -1))[0]
        print(f"class {np.argmax(scores)} ({CLASSES[np.argmax(scores)]}), scores {scores.tolist()}")
        return
    images, labels = load_split("t10k")
    fixed = model.classify(images)
    print(f"float accuracy        {np.mean(classify_float(weights, images) == labels):.4f}")
    print(f"fixed-point accuracy  {np.mean(fixed == labels):.4f}")
    if args.predictions:
        np.savetxt(args.predictions, fixed, fmt="%d")


if __name__ == "__main__":
    main()
