"""Makes fuzzed_tokens.json.gz: the ids that the Rust library `tokenizers` gives for 10,000 random texts.

The tokenizer is one like Qwen2.5's: byte-level BPE learnt from the texts below (written for this), Qwen2.5's pattern, NFC, its control
tokens and the like. The texts are not stored: the test draws the same ones from the same pools (mulberry32).

Run: python make_fuzzed_tokens.py (needs tokenizers; made with 0.23.3).
"""
import gzip
import hashlib
import json
import pathlib

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
QWEN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|box_start|>", "<|vision_pad|>"]
PLAIN = ["<tool_call>", "</tool_call>", "<|fim_prefix|>", "<think>", "</think>"]
VOCAB = 1500
COUNT = 10_000
SEED = 20251025

TEXTS = [
    """To solve the equation, we first move every term to the left: x^2 - 5x + 6 = 0. The left side factors as
(x - 2)(x - 3), so a product of two numbers is zero, and one of them must be. Hence x = 2 or x = 3. We check both:
2^2 - 5*2 + 6 = 4 - 10 + 6 = 0, and 3^2 - 5*3 + 6 = 9 - 15 + 6 = 0. The sum of the roots is 5, their product is 6.""",
    """1. **Name the numbers** Let $n$ be the number of apples. It's known that $3n + 4 = 25$.
2. **Subtract** We've $3n = 21$; that's $n = 7$.
3. **Answer** There'll be seven apples, so \\boxed{7}. They're red, I'm told, and she'd like one. Don't you?""",
    """The river ran slowly past the mill, and nobody who walked along it in the evening could have said whether the water or
the light was moving. On the other bank a boy was throwing stones; every stone made rings, and every ring was gone before the
next one came. "What are you waiting for?" asked the miller. "For the biggest ring," said the boy. "And then?" "Then I'll go home." """,
    """def mean(values):
    total = 0.0
    for i, value in enumerate(values):
        if value is None:
            continue
        total += value
    return total / max(1, len(values))  # never divides by zero

export function clamp(x: number, low: number, high: number): number {
\treturn Math.min(Math.max(x, low), high);
}
""",
    """{"name": "get_weather", "arguments": {"city": "Reykjavík", "days": [1, 2, 3], "unit": null}}
SELECT id, name FROM users WHERE age >= 18 AND name LIKE 'A%' ORDER BY id DESC LIMIT 10;
<html><body class="main"><p>Hello &amp; welcome</p></body></html>
$ git log --oneline | head -n 5 && echo "done" > /tmp/out.txt 2>&1""",
    """Der Fluss floss langsam an der Mühle vorbei. Größere Äpfel schmecken süßer, heißt es. Le garçon n'a pas mangé la pêche, mais l'été
sera chaud; où est-il allé ? El niño corrió mañana por la mañana. O coração não tem razões. Zażółć gęślą jaźń.""",
    """Η θάλασσα είναι ήρεμη σήμερα. Река течёт медленно мимо мельницы, и никто не знает, что движется: вода или свет.
今天天气很好，我们去公园散步。三个苹果加四个苹果等于七个苹果。川はゆっくりと水車小屋のそばを流れていました。カタカナもあります。
오늘은 날씨가 좋아서 산책을 했습니다. اليوم الطقس جميل. היום מזג האוויר נאה. आज मौसम अच्छा है। วันนี้อากาศดี""",
    "  \n\n\t\tindented\r\n\r\n    twice    \n \n", "000 111 12345 67.89 1,000,000 3.14159 2^10 = 1024", "😀😀 👩‍👩‍👧 🇩🇪 ☕️ ✓ → ∑ ∫ ≤ ≥ ∞ √2 π≈3.14",
]

letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
words = sorted({word for text in TEXTS for word in text.split()})
POOLS = [
    list(letters),
    words,
    words,
    [" " + word for word in words],
    ["'s", "'S", "'t", "'T", "'re", "'RE", "'ve", "'vE", "'m", "'ll", "'Ll", "'d", "'D", "’s", "'ſ", "''s", "'x", "'"],
    [" ", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\r", "\t", " \n", "\n ", "\t\n ", "      "],
    ["\u0085", "\u00a0", "\u1680", "\u2003", "\u2028", "\u2029", "\u202f", "\u3000", "\u200b", "\ufeff", "\u180e", "\v", "\f", "\x1c", "\x1f"],
    list("0123456789"),
    ["²", "½", "Ⅳ", "٣", "४", "〇", "๕", "①", "𝟗", "𐄇"],
    list("!?.,;:'\"«»—-_=+*/\\|<>()[]{}@#$%^&~`") + ["...", "!!", "?!\n", "),\r\n", " (", " \"", "**"],
    # Composed and decomposed, in and out of canonical order, those that NFC takes apart, and Hangul.
    ["é", "e\u0301", "e\u0301\u0323", "e\u0323\u0301", "\u0301", "\u0323", "\u212b", "A\u030a", "\u0958", "\u0915\u093c", "\u0344", "\u0340",
     "\u1100\u1161\u11a8", "각", "\u11a8", "\u09c7\u09be", "ſ\u0307", "\ufb01", "ﬀ", "\u2126", "q\u0307\u0323", "\U0001d15e", "\uf900", "は\u3099"],
    ["ǅ", "ʰ", "ª", "ß", "İ", "ı", "ﷺ", "𝐀", "𠀀", "ひ", "漢", "字", "한", "ก", "ำ", "ा", "ि", "ע", "\u05b0", "ق", "\u064b", "Я", "ё", "Ω", "ή"],
    ["😀", "👩‍👩‍👧", "🇩🇪", "☕️", "✓", "→", "∑", "≤", "\u20e3", "\U0001f3fd", "\ufe0f", "\u200d"],
    ["\u0000", "\u0001", "\u007f", "\ufffd", "\ue000", "\ufdd0", "\uffff", "\U0010ffff", "\U000e0041", "\u0378", "\U0003ffff"],
    SPECIAL + PLAIN,
    ["<|im_start", "|>", "<|", "im_end|>", "<tool_call", "</think", "think>", "<|im_end|>\n", "<|endoftext|>\u0301", " <think>\n"],
]


def seeded(seed):
    """Whole numbers below a bound (mulberry32)."""
    state = seed

    def draw(bound):
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = (state ^ (state >> 15)) * (state | 1) & 0xFFFFFFFF
        t ^= (t + (t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF
        return int(((t ^ (t >> 14)) & 0xFFFFFFFF) / 2**32 * bound)

    return draw


def fuzzed():
    draw = seeded(SEED)
    for _ in range(COUNT):
        parts = []
        # One text in fifty is long; a run is of one pool or of any.
        for _ in range(draw(200) if draw(50) == 0 else draw(9)):
            pool = POOLS[draw(len(POOLS))]
            for _ in range(1 + draw(3)):
                parts.append(pool[draw(len(pool))])
        yield "".join(parts)


def tokenizer():
    made = Tokenizer(models.BPE())
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    made.post_processor = processors.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    made.decoder = decoders.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    made.train_from_iterator(TEXTS, trainers.BpeTrainer(
        vocab_size=VOCAB, special_tokens=[], show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    ))
    # Behind the others, as Qwen's are.
    made.add_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    made.add_tokens([AddedToken(text, special=False, normalized=False) for text in PLAIN])
    return made


made = tokenizer()
texts = list(fuzzed())
ids = [made.encode(text, add_special_tokens=False).ids for text in texts]
assert len(set(texts)) > 0.8 * COUNT
golden = {
    "tokenizer": made.to_str(), "seed": SEED, "count": COUNT, "pools": POOLS,
    "sha256": hashlib.sha256("\0".join(texts).encode()).hexdigest(),
    "ids": ids, "decoded": [[i, made.decode(row, skip_special_tokens=False)] for i, row in enumerate(ids[:300])],
}
data = json.dumps(golden, separators=(",", ":")).encode()
(HERE / "fuzzed_tokens.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))
print(made.get_vocab_size(), len(set(texts)), sum(map(len, ids)), len({i for row in ids for i in row}), max(map(len, texts)))
