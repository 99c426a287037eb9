"""Prints the first draws of the stream (1, 'golden') for test/harness/tensor/random.test.ts.

xoshiro128** after Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (2018), with SHA-256 of the
JSON text of seed and name as its state."""

import hashlib
import struct

MASK = 0xFFFFFFFF


def rotate_left(value, shift):
    return ((value << shift) | (value >> (32 - shift))) & MASK


def draws(text, count):
    s = list(struct.unpack("<4I", hashlib.sha256(text.encode()).digest()[:16]))
    for _ in range(count):
        yield rotate_left(s[1] * 5 & MASK, 7) * 9 & MASK
        shifted = s[1] << 9 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate_left(s[3], 11)


print(list(draws('[1,"golden"]', 4)))
