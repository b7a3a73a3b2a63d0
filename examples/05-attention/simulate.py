#!/usr/bin/python3
"""Integer arithmetic of model.zt in numpy, written independently of the compiler.

    ./simulate.py              accuracy on the words that were not trained on
    ./simulate.py mountai      the next letters of a word, until its end

Every number is an int64 code. A sum of products is exact; rounding is floor(x / 2^k + 1/2).
"""

import sys

import numpy as np

from letters import D, H, L, LETTERS, T, load_words, windows

K = D // H
EXP = np.array([int(np.floor(np.exp(gap / 32) * 256 + 0.5)) for gap in range(-256, 1)])
PAST = np.tril(np.ones((T, T), bool))


def act(codes, shift):
    """Rounded by `shift` bits to the step of Act, saturated."""
    return np.clip((codes + (1 << shift >> 1)) >> shift, -128, 127)


def attend(q, k, v):
    """[N, T, D] each, step 2^-5."""
    q, k, v = (x.reshape(-1, T, H, K).transpose(0, 2, 1, 3) for x in (q, k, v))
    s = q @ k.transpose(0, 1, 3, 2)                           # step 2^-12: the quarter is exact
    m = np.where(PAST, s, s[:, :, :, :1]).max(3, keepdims=True)
    gap = np.clip((s - m + 64) >> 7, -256, 0)                 # step 2^-5
    e = np.where(PAST, EXP[gap + 256], 0)                     # step 2^-8
    z = e.sum(3, keepdims=True)
    p = (2 * 256 * e + z) // (2 * z)                          # to the nearest, step 2^-8
    o = (p @ v).transpose(0, 2, 1, 3).reshape(-1, T, D)       # step 2^-13
    return act(o, 8)


class FixedModel:
    def __init__(self):
        embedding = np.load("embedding.npy").astype(np.int64)
        self.letters, self.places = embedding[:27], embedding[27:27 + T]
        self.scores = embedding[27 + T:]
        self.attention = np.load("attention.npy").astype(np.int64)

    def next_letter(self, text):
        """Of [N, T] letters, the oldest first."""
        h = act(self.letters[text] + self.places, 2)
        for wq, wk, wv, wo in self.attention:
            q, k, v = (act(h @ w.T, 7) for w in (wq, wk, wv))     # step 2^-12
            h = act(h + act(attend(q, k, v) @ wo.T, 7), 0)
        return np.argmax(h[:, -1] @ self.scores.T, axis=1)


def main():
    model = FixedModel()
    if len(sys.argv) > 1:
        word = sys.argv[1]
        while len(word) < 24:
            codes = [0] * T + [LETTERS.index(c) for c in word]
            letter = LETTERS[model.next_letter(np.array([codes[-T:]]))[0]]
            if letter == ".":
                break
            word += letter
        print(word)
        return
    rows = windows(load_words()[1])
    guesses = np.concatenate([model.next_letter(rows[i:i + 4096, :T])
                              for i in range(0, len(rows), 4096)])
    print(f"{len(rows)} letters, right {np.mean(guesses == rows[:, T]):.4f}")


if __name__ == "__main__":
    main()
