"""Writes font_widths.json: advance widths in ems, by fontTools.

Run: python tests/golden/make_font_widths.py DejaVuSans.ttf DejaVuSans-Bold.ttf (needs fonttools; the files are those of
npm's dejavu-fonts-ttf 2.37.3).
"""

import json
import pathlib
import sys

from fontTools.ttLib import TTFont

TEXTS = ["", "srl → rlvr", "hard pass@8 (%)", "0.0 25 100", "–±●─", "漢字", "\U0001d54f", "ﬁ", "Ωλ", " "]

golden = {}
for style, file in zip(["regular", "bold"], sys.argv[1:], strict=True):
    font = TTFont(file)
    units, widths = font["head"].unitsPerEm, font["hmtx"]
    # Format 4 covers the Basic Multilingual Plane only.
    table = next(t for t in font["cmap"].tables if t.format == 4).cmap
    golden[style] = {
        text: sum(widths[table.get(ord(char), ".notdef")][0] for char in text) / units for text in TEXTS
    }
path = pathlib.Path(__file__).with_name("font_widths.json")
path.write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
