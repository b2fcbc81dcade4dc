"""Output head of a small language model: feed-forward block, softmax with temperature, sampling."""
import numpy as np


def linear(x, w, b):  # [m, in], [in, out], [out] -> [m, out]
    return x @ w + b


def relu(x):
    return np.maximum(0, x)


def layer_norm(x, g, b, eps: float = 1e-5):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return g * (x - mean) / np.sqrt(variance + eps) + b


def softmax(logits, temperature=1.0):
    scaled = logits / temperature
    exps = np.exp(scaled - np.max(scaled))
    return exps / np.sum(exps, axis=-1, keepdims=True)


def ffn(x, c_fc, c_proj):
    return linear(relu(linear(x, **c_fc)), **c_proj)


def top_k(probs, k):
    keep = np.argsort(probs, axis=-1)[..., -k:]
    mask = np.zeros_like(probs)
    np.put_along_axis(mask, keep, 1.0, axis=-1)
    probs = probs * mask
    return probs / probs.sum(axis=-1, keepdims=True)


def sample(rng, logits, temperature=1.0, k=5):
    probs = top_k(softmax(logits, temperature), k)
    return np.array([rng.choice(len(p), p=p) for p in probs])


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    d, vocab = 16, 50
    block = {
        "c_fc": {"w": rng.normal(size=(d, 4 * d)), "b": np.zeros(4 * d)},
        "c_proj": {"w": rng.normal(size=(4 * d, d)), "b": np.zeros(d)},
    }
    x = rng.normal(size=(3, d))
    x = layer_norm(x + ffn(x, **block), np.ones(d), np.zeros(d))
    print(sample(rng, x @ rng.normal(size=(d, vocab)), temperature=0.8))
