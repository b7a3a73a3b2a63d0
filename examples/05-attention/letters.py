"""What the scripts of this example share: words as rows of letters, and the model's sizes."""

import sys
from pathlib import Path

import numpy as np

WORDS = Path("/usr/share/dict/american-english")
T, D, H, L = 8, 32, 2, 2  # tokens, width, heads, layers: as in model.zt
LETTERS = ".abcdefghijklmnopqrstuvwxyz"  # 0 is the space around words

PARAMETERS = {"letters": (27, D), "places": (T, D), "wq": (L, D, D), "wk": (L, D, D),
              "wv": (L, D, D), "wo": (L, D, D), "scores": (27, D)}


def load_words():
    """Words of small letters only, in a fixed random order; every tenth is for testing."""
    if not WORDS.is_file():
        sys.exit(f"{WORDS} is missing: apt-get install wamerican")
    words = [w for w in WORDS.read_text().split() if w.isascii() and w.isalpha() and w.islower()]
    order = np.random.default_rng(5).permutation(len(words))
    words = [words[i] for i in order]
    test = words[::10]
    return [w for i, w in enumerate(words) if i % 10], test


def windows(words):
    """Each letter of each word with the T before it, and the space behind the word: [N, T + 1]."""
    rows = []
    for word in words:
        codes = [0] * T + [LETTERS.index(c) for c in word] + [0]
        rows += [codes[i:i + T + 1] for i in range(len(word) + 1)]
    return np.array(rows, np.int64)
