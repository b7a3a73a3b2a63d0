# examples: sources, inputs and trained weights.
EXTRA_DIST += \
  examples/demo.sh examples/verify.c \
  examples/00-five-lines/README.md examples/00-five-lines/model.zt \
  examples/00-five-lines/input.json \
  examples/01-fashion-mlp/README.md examples/01-fashion-mlp/model.zt \
  examples/01-fashion-mlp/input.json examples/01-fashion-mlp/image-0.npy \
  examples/01-fashion-mlp/weights.safetensors \
  examples/01-fashion-mlp/fashion.py examples/01-fashion-mlp/train.py \
  examples/01-fashion-mlp/simulate.py examples/01-fashion-mlp/images.py \
  examples/02-credit-score/README.md examples/02-credit-score/model.zt \
  examples/02-credit-score/strong.json examples/02-credit-score/weak.json \
  examples/03-lenet/README.md examples/03-lenet/model.zt \
  examples/03-lenet/input.json examples/03-lenet/image-0.npy \
  examples/03-lenet/weights.safetensors \
  examples/03-lenet/train.py examples/03-lenet/simulate.py \
  examples/05-attention/README.md examples/05-attention/model.zt \
  examples/05-attention/input.json examples/05-attention/owner.json \
  examples/05-attention/embedding.npy examples/05-attention/attention.npy \
  examples/05-attention/letters.py examples/05-attention/train.py \
  examples/05-attention/simulate.py
