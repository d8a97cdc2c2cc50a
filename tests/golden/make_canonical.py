"""Canonical JSON (RFC 8785) of values of every kind, by the PyPI package rfc8785.

    pip install rfc8785 && python tests/golden/make_canonical.py
"""

import gzip
import json
import math
import pathlib
import random
import struct

import rfc8785

rng = random.Random(8785)


def number():
    """A whole number, a decimal, or the bits of any finite double."""
    kind = rng.randrange(3)
    if kind == 0:
        return rng.randrange(-(2**53) + 1, 2**53)
    if kind == 1:
        return rng.randrange(-9999, 9999) * 10.0 ** rng.randrange(-30, 30)
    while True:
        (value,) = struct.unpack("<d", rng.randbytes(8))
        if math.isfinite(value):
            return value


def text():
    """Letters, controls, quotes, and code points of one to four bytes, no surrogates."""
    ranges = [(0, 0x20), (0x20, 0x7F), (0x7F, 0x800), (0x800, 0xD800), (0xE000, 0x110000)]
    return "".join(chr(rng.randrange(*rng.choice(ranges))) for _ in range(rng.randrange(6)))


def value(depth):
    kind = rng.randrange(6 if depth else 4)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind == 1:
        return text()
    if kind < 4:
        return number()
    if kind == 4:
        return [value(depth - 1) for _ in range(rng.randrange(4))]
    return {text(): value(depth - 1) for _ in range(rng.randrange(5))}


cases = []
for _ in range(600):
    made = value(4)
    # JSON as Python writes it: another order of keys, spaces, and its own spelling of numbers.
    cases.append([json.dumps(made), rfc8785.dumps(made).decode()])
path = pathlib.Path(__file__).with_name("canonical.json.gz")
path.write_bytes(gzip.compress(json.dumps(cases).encode(), mtime=0))
