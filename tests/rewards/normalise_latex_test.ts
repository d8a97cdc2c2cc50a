import { assertEquals } from "@std/assert";
import { normaliseLatex } from "../../src/rewards/normalise_latex.ts";
import { HOSTILE } from "./rollouts.ts";

const raw = String.raw;

Deno.test("normaliseLatex() makes spellings equal that look alike", () => {
  const alike: [string, string][] = [
    [raw`\left(\dfrac{a}{b}\right)`, raw`(\frac{a}{b})`],
    [raw`$x^{2}$`, raw`\(x^2\)`],
    [raw`a\,b\quad c`, raw`abc`.replace("bc", "b c")],
    [raw`x \le 3`, raw`x \leq 3`],
    [raw`\lbrace 1 \rbrace`, raw`\{ 1 \}`],
    [raw`\Bigl[ x \Bigr]`, "[ x ]"],
  ];
  for (const [a, b] of alike) assertEquals(normaliseLatex(a), normaliseLatex(b));
});

Deno.test("normaliseLatex() leaves what differs different", () => {
  for (
    const text of [
      raw`\leftarrow`,
      raw`x^{10}`,
      raw`\frac{1}{2}`,
      raw`\$5`,
      raw`\\`,
      raw`a_{\alpha}`,
      "for x in range(3):",
      "\\",
    ]
  ) assertEquals(normaliseLatex(text), text);
});

Deno.test("normaliseLatex() takes one pass over hostile text", () => {
  const begun = performance.now();
  for (const text of [...HOSTILE, "\\".repeat(300_001), "^{".repeat(100_000)]) normaliseLatex(text);
  assertEquals(performance.now() - begun < 30_000, true);
});
