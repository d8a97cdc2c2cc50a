"""Makes bpe.json, gpt2_style.json and llama3_style.json: what the Rust library `tokenizers` learns and how it tokenises.

Run: python make_tokenizers.py (needs tokenizers; made with 0.23.3).
"""
import json
import pathlib
import random

from tokenizers import (
    AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers,
)

HERE = pathlib.Path(__file__).parent
SPECIAL = ["<pad>", "<eos>", "<think>", "</think>"]
QWEN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PROSE = [
    "Let x be a real number such that x + 1/x = 3. Then x^2 + 1/x^2 = (x + 1/x)^2 - 2 = 7.",
    "1. **Square both sides** We don't know x, but we'll square x + 1/x = 3.",
    "2. **Subtract** It's 9 - 2 = 7, so the answer is \\boxed{7}.\n\n  indented\ttabs\r\n",
    "Ein schöner Tag, naïve café, Ελλάδα, 日本語の文, emoji 😀👩‍👩‍👧, e\u0301 and é.",
]
POOLS = [
    "abcdefgh 's't'll", "  \n\t\r", "\u0085\ufeff\u00a0\u2028\u3000\u200b\u1680", "é漢字ひ😀\u0301ßİ",
    "0123456789²½४", "!?.,;:'\"«»—", "\u0000\u0001\ufffd\ue000\U0010ffff",
]


def fuzz(rng, count):
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(rng.randrange(24)):
            kind = rng.randrange(10)
            if kind == 9:
                parts.append(rng.choice(SPECIAL))
            elif kind >= 7:
                source = rng.choice(PROSE)
                start = rng.randrange(len(source))
                parts.append(source[start:start + rng.randrange(12)])
            else:
                parts.append(rng.choice(POOLS[kind]))
        texts.append("".join(parts))
    return texts


def encodings(tokenizer, texts):
    return [[text, tokenizer.encode(text, add_special_tokens=False).ids] for text in texts]


def decodings(tokenizer, rng, count):
    size = tokenizer.get_vocab_size()
    ids = [[rng.randrange(size) for _ in range(rng.randrange(12))] for _ in range(count)]
    return [[row, tokenizer.decode(row, skip_special_tokens=False)] for row in ids]


def train(tokenizer, texts, vocab_size):
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)


def qwen2():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def bpe():
    rng = random.Random(1)
    corpora = [
        (PROSE, 420), (PROSE, 100000), (["aaaa aaaaaaa aa a", "baaab"], 280), ([], 300), ([""], 300),
        (["".join(rng.choice("ab") for _ in range(60)) for _ in range(8)], 330),
        (["".join(rng.choice("abcde ") for _ in range(50)) for _ in range(20)], 400),
        ([f"{a}={b}+{rng.randrange(10)};" for a in "xyzuvw" for b in "xyzuvw"], 320),
    ]
    cases = []
    for texts, vocab_size in corpora:
        tokenizer = qwen2()
        train(tokenizer, texts, vocab_size)
        model = json.loads(tokenizer.to_str())["model"]
        vocab = sorted(model["vocab"], key=model["vocab"].get)
        cases.append({
            "texts": texts, "vocab_size": vocab_size, "special": SPECIAL, "merges": model["merges"],
            "vocab": vocab, "encodings": encodings(tokenizer, fuzz(rng, 40)),
            "decodings": decodings(tokenizer, rng, 20),
        })
    return cases


def gpt2():
    rng = random.Random(2)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer, PROSE, 400)
    # Not special and not ASCII, as the role tokens of some models are.
    tokenizer.add_tokens([AddedToken("<|user｜>", special=False, normalized=False)])
    return {
        "tokenizer": tokenizer.to_str(), "encodings": encodings(tokenizer, fuzz(rng, 200)),
        "decodings": decodings(tokenizer, rng, 60),
    }


def llama3():
    """As Llama 3's: words are looked up whole before they are merged, and a template opens a text."""
    rng = random.Random(3)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(LLAMA3), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer, PROSE, 420)
    files = json.loads(tokenizer.to_str())
    model = files["model"]
    model["ignore_merges"] = True
    # Words that no merges lead to, and that are found all the same.
    first = len(model["vocab"])
    for i, word in enumerate(["\u0120verdict", "Zebra", "\u0120quux", "123"]):
        model["vocab"][word] = first + i
    tokenizer = Tokenizer.from_str(json.dumps(files))
    tokenizer.add_special_tokens(["<|begin_of_text|>", "<|eot_id|>"])
    begin = tokenizer.token_to_id("<|begin_of_text|>")
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(
            single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", begin)]),
    ])
    texts = fuzz(rng, 400) + [f"{a} verdict{b} 1234 quux Zebra" for a in ("", "Zebra", " ") for b in ("", "s")]
    whole = sum(first <= i < first + 4 for t in texts for i in tokenizer.encode(t, add_special_tokens=False).ids)
    assert whole > 10, whole
    return {"tokenizer": tokenizer.to_str(), "encodings": encodings(tokenizer, texts), "decodings": decodings(tokenizer, rng, 60)}


def main():
    for name, value in [("bpe", bpe()), ("gpt2_style", gpt2()), ("llama3_style", llama3())]:
        (HERE / f"{name}.json").write_text(json.dumps(value) + "\n")


main()
