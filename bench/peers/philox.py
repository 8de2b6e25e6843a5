"""sganc's random numbers: Philox4x32-10, a function of seed, step, stream and index (runtime/execute/random.h)."""

import numpy as np

MASK = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)


def bits(seed: int, step: int, stream: int, count: int) -> np.ndarray:
    """Random 32-bit words: the first, or for an odd stream the second, of the blocks at (index, stream / 2, step)."""
    c = [
        np.arange(count, dtype=np.uint64),
        *(np.full(count, n, np.uint64) for n in (stream // 2, step, step >> 32)),
    ]
    c = [word & MASK for word in c]
    key = [np.uint64(seed) & MASK, np.uint64(seed) >> SHIFT]
    for _ in range(10):
        a, b = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(b >> SHIFT) ^ c[1] ^ key[0], b & MASK, (a >> SHIFT) ^ c[3] ^ key[1], a & MASK]
        key = [(key[0] + np.uint64(0x9E3779B9)) & MASK, (key[1] + np.uint64(0xBB67AE85)) & MASK]
    return c[stream % 2]


def uniform(seed: int, step: int, stream: int, shape: tuple[int, ...]) -> np.ndarray:
    """Uniform numbers in [0, 1), with 24 bits."""
    return ((bits(seed, step, stream, int(np.prod(shape))) >> np.uint64(8)) / 2**24).reshape(shape)


def normal(seed: int, step: int, stream: int, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal numbers by Box-Muller, from this stream and the next."""
    u, v = (uniform(seed, step, s, shape) for s in (stream, stream + 1))
    return (np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)).astype(np.float32)
