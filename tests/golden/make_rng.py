"""Writes rng.json: what src/random/rng.ts draws, by a second implementation from the publications.

sfc32 is from PractRand (Chris Doty-Humphrey); labels are hashed by FNV-1a over UTF-16 units, with the finaliser of
MurmurHash3 (Austin Appleby).

Run: python tests/golden/make_rng.py (needs nothing but Python).
"""

import json
import pathlib

MASK = 0xFFFFFFFF


def fnv1a(units, basis):
    h = basis
    for unit in units:
        h = ((h ^ unit) * 0x01000193) & MASK
    return h


def fmix32(h):
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & MASK
    return h ^ (h >> 16)


def text_of(label):
    if isinstance(label, str):
        return "string:" + label.replace("\0", "\0\0")
    return f"number:{label}"


def sfc32(a, b, c):
    counter = 1
    while True:
        drawn = (a + b + counter) & MASK
        counter = (counter + 1) & MASK
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & MASK
        c = (((c << 21) | (c >> 11)) + drawn) & MASK
        yield drawn


def stream(labels):
    data = "\0".join(map(text_of, labels)).encode("utf-16-le")
    units = [data[i] | data[i + 1] << 8 for i in range(0, len(data), 2)]
    seeds = [fmix32(fnv1a(units, 0x811C9DC5 ^ salt)) for salt in (0x9E3779B9, 0x85EBCA6B, 0xC2B2AE35)]
    words = sfc32(*seeds)
    for _ in range(15):
        next(words)
    while True:
        high, low = next(words) >> 5, next(words) >> 6
        yield (high * 2**26 + low) / 2**53


LABELS = [[], [0], [1], [-1], [1.5], [2**53 - 1], [""], ["1"], ["data", 7], [7, "data"], ["größe", "日本", "🎲"], ["a\0string:b"]]
rows = []
for labels in LABELS:
    drawn = stream(labels)
    rows.append({"labels": labels, "next": [next(drawn) for _ in range(4)]})
text = ",\n".join(json.dumps(row) for row in rows)
pathlib.Path(__file__).with_name("rng.json").write_text(f"[\n{text}\n]\n")
