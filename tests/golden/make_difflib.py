"""Write difflib.json.gz: what CPython's difflib says of some thousands of pairs of texts.

Run `python3 tests/golden/make_difflib.py` from anywhere; the output is the same each time. Each case is
[group, a, b, ratios, blocks]: ratios are four doubles as big-endian hex, for char and word, each with autojunk on and
then off; blocks are get_matching_blocks() in the same order, or null where they are left out to save space.
"""

import difflib
import gzip
import json
import pathlib
import random
import struct

RANDOM = random.Random(20251029)

EDGES = [
    "", " ", "\n", "a", "A", "b", "aa", "ab", "ba", "a b", "b a", "a  b", " a b ", "\ta\nb", "abc", "abcabc",
    "\\frac{1}{2}", "x = 2", "x=2", "\u00a0a\u00a0", "\ufeffa", "\x1ca\x1db\x1e", "\x85a\x85", "\U0001d7d9\U0001d7da",
]  # fmt: skip

ODD = (
    "a e\u0301 \u00e9 \U0001d49c \U0001f469\u200d\U0001f52c \U0001f1e6\U0001f1f9 \u05d0\u05d1 \u0627\u0644 "
    "\u4e2d\u6587 \u200b \u2028 \u2029 \ufeff \x00 \x1c \x1d \x1e \x1f \x85 \u00a0 \u1680 \u2003 \u202f \u205f \u3000 "
    "\u180e \u2060 \uffff \U0010ffff \ud7ff \ue000 \u221e \u2264 \u03c0"
)

WORDS = (
    "the we have so that then let x y z be a of and is = + - 1 2 3 \\frac{1}{2} \\boxed{7} \\(n\\) factor both sides "
    "substitute into equation solve for root prime divides remainder therefore hence sum angle triangle"
).split()


def letters(alphabet, length):
    return "".join(RANDOM.choice(alphabet) for _ in range(length))


def prose(length):
    return " ".join(RANDOM.choice(WORDS) for _ in range(length))


def mutate(text, rate, alphabet):
    out = []
    for element in text:
        if RANDOM.random() >= rate:
            out.append(element)
            continue
        kind = RANDOM.randrange(3)
        if kind == 0:
            out.append(RANDOM.choice(alphabet))
        elif kind == 1:
            out += [RANDOM.choice(alphabet), element]
    return out


def mutate_words(text, rate):
    return " ".join(mutate(text.split(), rate, WORDS))


def staircase(length, separator):
    out, run = "", 1
    while len(out) < length:
        out += "a" * run + separator
        run += 1
    return out


def pairs():
    for a in EDGES:
        for b in EDGES:
            yield "edge", a, b
    for _ in range(600):
        alphabet = RANDOM.choice(["a", "ab", "abc", "ab ", "abcdefgh", "xyz +-=12"])
        yield "short", letters(alphabet, RANDOM.randrange(14)), letters(alphabet, RANDOM.randrange(14))
    for _ in range(300):
        b = prose(RANDOM.randrange(3, 60))
        a = mutate_words(b, RANDOM.random())
        if RANDOM.random() < 0.5:
            a = "".join(mutate(a, RANDOM.random() * 0.3, "abcdefgh =12"))
        yield "text", a, b
    for length in (199, 200, 201):
        for alphabet in ("ab", "abcdefghij", "etaoin shrdlu", "".join(map(chr, range(0x4E00, 0x4E80)))):
            for _ in range(14):
                b = letters(alphabet, length)
                yield "char threshold", "".join(mutate(b, RANDOM.random(), alphabet)), b
                yield "char threshold", letters(alphabet, length), b
        for _ in range(20):
            b = prose(length)
            yield "word threshold", mutate_words(b, RANDOM.random()), b
    # Around the popularity limit: one element occurs exactly limit - 1 to limit + 2 times.
    for length in (200, 299, 300, 301, 400):
        limit = length // 100 + 1
        for count in range(limit - 1, limit + 3):
            for _ in range(4):
                rest = [chr(0x3400 + k) for k in range(length - count)]
                b = rest + ["*"] * count
                RANDOM.shuffle(b)
                b = "".join(b)
                yield "popular", "".join(mutate(b, RANDOM.random() * 0.6, ["*", "#", "\u3400"])), b
    for _ in range(350):
        a, b = letters(ODD, RANDOM.randrange(60)), letters(ODD, RANDOM.randrange(60))
        yield "unicode", a, RANDOM.choice([b, "".join(mutate(a, 0.3, ODD))])
    for _ in range(80):
        part, other = letters("abc \u221e", RANDOM.randrange(1, 5)), letters("abc \u221e", RANDOM.randrange(1, 5))
        yield "repeated", part * RANDOM.randrange(1, 70), RANDOM.choice([part, other]) * RANDOM.randrange(1, 120)
    for _ in range(30):
        b = prose(RANDOM.randrange(150, 420))
        yield "long", mutate_words(b, RANDOM.random() * 0.8), b
    for alphabet in ("a", "ab", "abc"):
        for _ in range(5):
            yield "dense", letters(alphabet, RANDOM.randrange(300, 700)), letters(alphabet, RANDOM.randrange(300, 700))
    yield "dense", staircase(500, ","), staircase(480, ".")
    yield "dense", staircase(500, ","), staircase(480, ".")[::-1]
    yield "dense", "a," * 250, "a." * 250


def results(a, b, with_blocks):
    ratios, blocks = [], []
    for x, y in ((a, b), (a.split(), b.split())):
        for autojunk in (True, False):
            matcher = difflib.SequenceMatcher(None, x, y, autojunk)
            ratios.append(struct.pack(">d", matcher.ratio()).hex())
            blocks.append([list(block) for block in matcher.get_matching_blocks()])
    return ratios, blocks if with_blocks else None


def main():
    cases = []
    for number, (group, a, b) in enumerate(pairs()):
        with_blocks = number % 3 == 0 and len(a) + len(b) < 800
        cases.append([group, a, b, *results(a, b, with_blocks)])
    text = json.dumps(cases, separators=(",", ":"))
    path = pathlib.Path(__file__).with_name("difflib.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(cases)} pairs, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
