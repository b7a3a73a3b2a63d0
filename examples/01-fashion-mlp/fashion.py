"""Files that the example's scripts share: Fashion-MNIST as Debian ships it, and safetensors."""

import gzip
import json
import struct
import sys
from pathlib import Path

import numpy as np

DATASET = Path("/usr/share/datasets/fashion-mnist")
CLASSES = ["T-shirt/top", "trouser", "pullover", "dress", "coat",
           "sandal", "shirt", "sneaker", "bag", "ankle boot"]


def read_idx(path):
    """One IDX file of unsigned bytes (the MNIST format), as an array of its declared shape."""
    with gzip.open(path, "rb") as stream:
        data = stream.read()
    zero, kind, rank = struct.unpack(">HBB", data[:4])
    if zero != 0 or kind != 0x08:
        sys.exit(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack(f">{rank}I", data[4:4 + 4 * rank])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load_split(split):
    """Images as uint8 [N, 784] and labels as uint8 [N]; split is "train" or "t10k"."""
    if not DATASET.is_dir():
        sys.exit(f"{DATASET} is missing: apt-get install dataset-fashion-mnist")
    images = read_idx(DATASET / f"{split}-images-idx3-ubyte.gz")
    labels = read_idx(DATASET / f"{split}-labels-idx1-ubyte.gz")
    return images.reshape(len(images), -1), labels


def write_safetensors(path, tensors):
    """float32 tensors: 8 bytes little-endian header length, a JSON header, then the raw data."""
    header, chunks, offset = {}, [], 0
    for name, array in tensors.items():
        data = np.ascontiguousarray(array, dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape),
                        "data_offsets": [offset, offset + len(data)]}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def read_safetensors(path):
    """The float32 tensors of a file that write_safetensors() wrote."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    body = memoryview(data)[8 + length:]
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(body[begin:end], "<f4").reshape(entry["shape"])
    return tensors
