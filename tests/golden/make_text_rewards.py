"""Write text_rewards.json.gz: what the Python packages that text rewards are defined by say of some pairs of texts.

Run `python3 tests/golden/make_text_rewards.py EVALUATE` with rapidfuzz 3.14.6, rouge-score 0.1.2 and sacrebleu 2.6.0
installed; EVALUATE is the path of SQuAD's official evaluate-v1.1.py, of which
`f1_score` is called. The output is the same each time. Each case is [action,
target, scores by name], scores from 0 to 1.
"""

import gzip
import importlib.util
import json
import pathlib
import random
import sys

from rapidfuzz.distance import Levenshtein
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF

RANDOM = random.Random(20260301)

WORDS = (
    "the a an we have so that then let x y z be of and is = + - 1 2 3 10,000 3.14 \\frac{1}{2} \\boxed{7} \\(n\\) "
    "Factor both sides, substitute into the equation; solve for root. Prime divides remainder therefore hence (sum) "
    "angle's triangle-free 5-4 \"quoted\" &quot; &amp; &lt;b&gt; <skipped> U.S. e.g. état Δx 中文 𝟙+𝟚 İstanbul ΣΑΣ "
    "tho'an a_the_b"
).split()
SPACES = [" ", " ", " ", "  ", "\n", "-\n", "\t", "\u00a0", "\u2003"]
EDGES = ["", "a", "the", "x", "x = 2", "A.", "...", "1,2", "-1", "5-", "中", "𝟙", "a b c d e", "&amp;quot;", "\ud7ff", "abc" * 30]


def prose(length):
    return "".join(RANDOM.choice(WORDS) + RANDOM.choice(SPACES) for _ in range(length)).strip()


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


def pairs():
    for a in EDGES:
        for b in EDGES:
            yield a, b
    for _ in range(120):
        b = prose(RANDOM.randrange(1, 40))
        yield " ".join(mutate(b.split(), RANDOM.random(), WORDS)), b
    for _ in range(60):
        b = prose(RANDOM.randrange(1, 30))
        yield "".join(mutate(b, RANDOM.random() * 0.5, "ab ,.-12𝟙")).strip(), b
    for _ in range(30):
        yield prose(RANDOM.randrange(1, 40)), prose(RANDOM.randrange(1, 40))
    # Around the borders of the 32 cells that are computed at once.
    for length in (31, 32, 33, 63, 64, 65, 96, 97):
        for _ in range(3):
            b = "".join(RANDOM.choice("abcd ") for _ in range(length)).strip()
            yield "".join(mutate(b, 0.3, "abcd ")).strip(), b
            yield "".join(RANDOM.choice("abcd ") for _ in range(RANDOM.randrange(2 * length))).strip(), b
    for _ in range(4):
        b = prose(400)
        yield " ".join(mutate(b.split(), 0.4, WORDS)), b


def f_beta(precision, recall, beta):
    total = beta**2 * precision + recall
    return (1 + beta**2) * precision * recall / total if total else 0.0


def main():
    spec = importlib.util.spec_from_file_location("evaluate", sys.argv[1])
    squad = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(squad)
    rouge = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    chrf = {
        "chrf": CHRF(),
        "chrf++": CHRF(word_order=2),
        "chrf 3 1 beta 1": CHRF(char_order=3, word_order=1, beta=1),
    }
    bleu = {
        "bleu": BLEU(effective_order=True),
        "bleu word": BLEU(effective_order=True, tokenize="none"),
        "bleu char 2": BLEU(effective_order=True, tokenize="char", max_ngram_order=2),
    }
    cases = []
    for action, target in pairs():
        words = rouge.score(target, action)["rougeL"]
        scores = {
            "levenshtein": Levenshtein.normalized_similarity(action, target),
            "rouge-l": words.fmeasure,
            "rouge-l beta 2": f_beta(words.precision, words.recall, 2),
            "token-f1": float(squad.f1_score(action, target)),
        }
        for name, metric in (chrf | bleu).items():
            scores[name] = metric.sentence_score(action, [target]).score / 100
        cases.append([action, target, scores])
    text = json.dumps(cases, separators=(",", ":"))
    path = pathlib.Path(__file__).with_name("text_rewards.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(cases)} pairs, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
