"""Makes chat_templates.json.gz: what transformers' apply_chat_template renders for the templates in chat_templates/.

qwen2_5.jinja and qwen3.jinja are the templates of Qwen2.5 and Qwen3 (Qwen team, Apache-2.0), quoted as TRL 1.16 has them.
The others are our own, in the manner of what instruction-tuned models ship; llama3.jinja has the structure of Llama 3.1's.
Run: python make_chat_templates.py (needs transformers and jinja2; made with 5.24.0 and 3.1.6).
"""
import gzip
import json
import pathlib
import random

import jinja2
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
TOKENS = {"bos_token": "<|begin|>", "eos_token": "<|end|>"}
VARIABLES = {
    "chatml": [{}],
    "chatml_thinking": [{}, {"enable_thinking": False}, {"enable_thinking": True}],
    "headers": [{}, {"date_string": "29 Feb 2024"}],
    "opens_think": [{}],
    "no_system": [{}],
    "qwen2_5": [{}],
    "qwen3": [{}, {"enable_thinking": False}, {"enable_thinking": True}],
    # Without a date the text would be another one every day.
    "llama3": [{"date_string": "26 Jul 2024"}],
    "strips": [{}],
}
TEXTS = [
    "What is 1 + 1?", "", " ", "\n", "  leading and trailing  \n\n", "two\n\nparagraphs\n", "tabs\tand\r\nreturns",
    "Ein schöner Tag, naïve café, Ελλάδα, 日本語の文, emoji 😀👩‍👩‍👧, e\u0301 and é.",
    "{{ messages }} {% raise_exception('x') %} {# no #}", "a <|im_end|> b <|end|>", "<think>a</think>b",
    "</think>\n\nonly the end", "quotes ' and \" and \\ and \\n", "\\boxed{\\frac{1}{2}}", "\u00a0\u2028\u3000nbsp\u200b",
    "x" * 3000, "<b>&amp;</b>", "0", "True", "\ufeffmark",
    "\ufeff \u0085both\u001c\u2003\ufeff", "<think>\n\n  deep \n\n</think>\n\n  indented\n\n", "<think>only begun",
    "abba]^-\\ba", "\x1f\x1d\u00a0 \u180e",
]


def conversations():
    rng = random.Random(1)
    user = lambda text: {"role": "user", "content": text}
    yield from ([user(text)] for text in TEXTS)
    yield from ([{"role": "system", "content": text}, user("Go on.")] for text in TEXTS[:9])
    for _ in range(24):
        turns = [{"role": "system", "content": rng.choice(TEXTS)}] if rng.random() < 0.5 else []
        for _ in range(rng.randrange(1, 4)):
            said = rng.choice(["", "<think>\nhm\n</think>\n\n"]) + rng.choice(TEXTS)
            turns += [user(rng.choice(TEXTS)), {"role": "assistant", "content": said}]
        yield turns if rng.random() < 0.5 else turns[:-1]
    yield [{"role": "assistant", "content": "first"}]
    yield [user("a"), user("b")]


tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), **TOKENS)
chats = list(conversations())
cases = []
for name, choices in VARIABLES.items():
    source = (HERE / "chat_templates" / f"{name}.jinja").read_text(encoding="utf-8")
    for variables in choices:
        for index, chat in enumerate(chats):
            for generate in [True, False]:
                case = {"template": name, "variables": variables, "chat": index, "generate": generate}
                try:
                    case["text"] = tokenizer.apply_chat_template(
                        chat, chat_template=source, tokenize=False, add_generation_prompt=generate, **variables)
                except jinja2.exceptions.TemplateError as error:
                    case["error"] = str(error)
                cases.append(case)
data = json.dumps({"tokens": TOKENS, "chats": chats, "cases": cases}, ensure_ascii=False)
(HERE / "chat_templates.json.gz").write_bytes(gzip.compress(data.encode(), 9, mtime=0))
