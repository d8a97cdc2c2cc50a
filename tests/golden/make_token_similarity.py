"""Write token_similarity.json: CPython's difflib over the token ids that Hugging Face's tokenizers gives.

Run `python3 tests/golden/make_token_similarity.py` with the package tokenizers installed; the tokenizer is that of gpt2_style.json,
and the output is the same each time. Each case is [action, target, ratio with autojunk, ratio without].
"""

import difflib
import json
import pathlib
import random

from tokenizers import Tokenizer

RANDOM = random.Random(20260303)
HERE = pathlib.Path(__file__).parent
WORDS = "the we have so that then let x y z is = + 1 2 10 \\frac{1}{2} \\boxed{7} factor solve état 中文 𝟙 \n <think>".split(" ")


def prose(length):
    return " ".join(RANDOM.choice(WORDS) for _ in range(length))


def main():
    tokenizer = Tokenizer.from_str(json.loads((HERE / "gpt2_style.json").read_text())["tokenizer"])
    cases = []
    for length in [*range(1, 60), 100, 150, 200]:
        target = prose(length).strip()
        words = [word if RANDOM.random() > 0.3 else RANDOM.choice(WORDS) for word in target.split(" ")]
        for action in (" ".join(words).strip(), prose(length).strip()):
            a, b = (tokenizer.encode(text, add_special_tokens=False).ids for text in (action, target))
            ratios = [difflib.SequenceMatcher(None, a, b, autojunk).ratio() for autojunk in (True, False)]
            cases.append([action, target, *ratios])
    path = HERE / "token_similarity.json"
    path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    print(f"{len(cases)} pairs, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
