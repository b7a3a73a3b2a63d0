#!/usr/bin/python3
"""Test images of Fashion-MNIST as .npy files of uint8: a pixel of 0..255 is its own code.

    ./images.py 0     image-0.npy [784] of the first test image, and its label on standard output
    ./images.py all   test-images.npy [10000, 784] and test-labels.npy [10000]
"""

import sys

import numpy as np

from fashion import CLASSES, load_split


def main():
    if len(sys.argv) != 2 or not (sys.argv[1] == "all" or sys.argv[1].isdigit()):
        sys.exit(__doc__.strip())
    images, labels = load_split("t10k")
    if sys.argv[1] == "all":
        np.save("test-images.npy", images)
        np.save("test-labels.npy", labels)
        return
    number = int(sys.argv[1])
    if number >= len(images):
        sys.exit(f"there are {len(images)} test images")
    np.save(f"image-{number}.npy", images[number])
    print(f"image {number}: class {labels[number]} ({CLASSES[labels[number]]})")


if __name__ == "__main__":
    main()
