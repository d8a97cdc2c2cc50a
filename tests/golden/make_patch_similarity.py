"""Write patch_similarity.json.gz: diffs as Python writes and another package reads them, compared by CPython's difflib.

Run `python3 tests/golden/make_patch_similarity.py` with unidiff 1.0.1 installed; the output is the same each time. Each case is
[patch, expert's patch, similarity, similarity of the changed lines alone].
"""

import difflib
import gzip
import json
import pathlib
import random

from unidiff import PatchSet

RANDOM = random.Random(20260302)
LINES = [
    "", "    return x", "def f(x):", "    if x > 0:", "        x += 1", "import os", "--- not a header", "+++ nor this",
    "@@ -1 +1 @@", "class A:", "    pass", "# état 中文 𝟙", "\tindented", "x = [1, 2, 3]", "print('a')", "diff --git a/x b/x",
]  # fmt: skip


def source():
    return [RANDOM.choice(LINES) + "\n" for _ in range(RANDOM.randrange(1, 60))]


def changed(lines):
    out = []
    for line in lines:
        if RANDOM.random() < 0.1:
            continue
        if RANDOM.random() < 0.1:
            out.append(RANDOM.choice(LINES) + "\n")
        out.append(RANDOM.choice(LINES) + "\n" if RANDOM.random() < 0.1 else line)
    return out


def file_diff(name, old, new):
    before, after = f"a/{name}", f"b/{name}"
    if not old:
        before = "/dev/null"
    if not new:
        after = "/dev/null"
    head = f"diff --git a/{name} b/{name}\nindex 1234567..89abcde 100644\n" if RANDOM.random() < 0.5 else ""
    diff = "".join(difflib.unified_diff(old, new, before, after, n=RANDOM.choice([0, 1, 3])))
    return diff and head + diff


def changes(patch, context):
    found = {}
    for file in PatchSet(patch):
        lines = [str(line) for hunk in file for line in hunk if context or not line.is_context]
        found[file.path] = "".join(lines)
    return found


def similarity(mine, theirs, context):
    a, b = changes(mine, context), changes(theirs, context)
    paths = set(a) | set(b)
    return sum(
        difflib.SequenceMatcher(None, a[path], b[path], autojunk=False).ratio()
        for path in paths
        if path in a and path in b
    ) / len(paths)


def main():
    cases = []
    while len(cases) < 150:
        names = RANDOM.sample(["x.py", "src/y.py", "docs/z.md", "new.txt"], RANDOM.randrange(1, 4))
        mine, theirs = "", ""
        for name in names:
            old = [] if name == "new.txt" else source()
            expert = changed(old) if old else source()
            model = changed(expert) if RANDOM.random() < 0.6 else changed(old)
            if RANDOM.random() < 0.8:
                mine += file_diff(name, old, model)
            theirs += file_diff(name, old, expert)
        if "@@" in mine and "@@" in theirs and all(len(file) for file in [*PatchSet(mine), *PatchSet(theirs)]):
            scores = [similarity(mine, theirs, context) for context in (True, False)]
            cases.append([mine, theirs, *scores])
    text = json.dumps(cases, separators=(",", ":"))
    path = pathlib.Path(__file__).with_name("patch_similarity.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(cases)} pairs, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
