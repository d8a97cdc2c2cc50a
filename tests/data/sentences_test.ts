import { assert, assertEquals, assertLess } from "@std/assert";
import { sentenceSpans } from "../../src/data/sentences.ts";

/** A text's sentences. */
function sentences(text: string): string[] {
  return sentenceSpans(text).map(({ start, end }) => text.slice(start, end));
}

Deno.test("sentenceSpans() ends a sentence at its mark, and not within numbers and abbreviations", () => {
  assertEquals(
    sentences("It is 3.5. Is it? Yes! So, e.g. Dr. Who and Fig. 3 agree (cf. Eq. 2). End"),
    [
      "It is 3.5.",
      "Is it?",
      "Yes!",
      "So, e.g. Dr. Who and Fig. 3 agree (cf. Eq. 2).",
      "End",
    ],
  );
  // A word that merely ends like an abbreviation ends a sentence.
  assertEquals(sentences("He won the Davis Cup no. He lost."), [
    "He won the Davis Cup no.",
    "He lost.",
  ]);
  assertEquals(sentences("It is a casino. He lost."), ["It is a casino.", "He lost."]);
});

Deno.test("sentenceSpans() does not end a sentence inside mathematics or code", () => {
  for (
    const formula of [
      "$A. B$",
      "$$A. B$$",
      "\\(A. B\\)",
      "\\[A. B\\]",
      "`A. B`",
      "```\nA. B\n\nC. D\n```",
    ]
  ) {
    assertEquals(sentences(`We know ${formula} is so. Then.`), [
      `We know ${formula} is so.`,
      "Then.",
    ]);
  }
  const block = "\\begin{aligned}\nx. Y \\\\\nz\n\\end{aligned}";
  assertEquals(sentences(`So ${block} holds. Then.`), [`So ${block} holds.`, "Then."]);
});

Deno.test("sentenceSpans() takes what is never closed, such as a price, for text", () => {
  assertEquals(sentences("It costs $5. She has $10. He has none."), [
    "It costs $5.",
    "She has $10.",
    "He has none.",
  ]);
  for (const opener of ["\\(", "\\[", "$$", "`", "```", "\\begin{a}", "\\$"]) {
    assertEquals(sentences(`A ${opener} b. C d.`), [`A ${opener} b.`, "C d."], opener);
  }
  // An open one does not hide a closed one in the next paragraph.
  assertEquals(sentences("A \\[ b.\n\nSo $C. D$ is."), ["A \\[ b.", "So $C. D$ is."]);
});

Deno.test("sentenceSpans() goes on over a line break, and not over a blank line, an item or a heading", () => {
  assertEquals(
    sentences("We go\non. And\non\n\nA new one\n- item\n  goes on\n2. second\n### Head\ntext"),
    [
      "We go\non.",
      "And\non",
      "A new one",
      "- item\n  goes on",
      "2. second",
      "### Head",
      "text",
    ],
  );
  // A formula of its own without a full stop ends a sentence where the next line begins one.
  assertEquals(sentences("We have\n\\[ x \\]\nSo it is."), ["We have\n\\[ x \\]", "So it is."]);
  assertEquals(sentences("We have\n\\[ x \\]\nwhich it is."), ["We have\n\\[ x \\]\nwhich it is."]);
});

Deno.test("sentenceSpans() keeps a title with the sentence behind it", () => {
  assertEquals(sentences("**It is. So?**\n\n   Body. More."), [
    "**It is. So?**\n\n   Body.",
    "More.",
  ]);
  assertEquals(sentences("**All.**"), ["**All.**"]);
  assertEquals(sentences("**A**: x. Y."), ["**A**: x.", "Y."]);
});

Deno.test("sentenceSpans() leaves nothing but white space between sentences, whatever the text", () => {
  const parts = [
    "A. ",
    "b",
    "$",
    "$x$",
    "\\[",
    "\\]",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "e.g. ",
    "**",
    "`",
    "?",
    "\ud800",
    "🎉",
    " ",
  ];
  let state = 7;
  for (let round = 0; round < 3_000; round++) {
    let text = "";
    for (let i = 0; i < 12; i++) {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      text += parts[(state >> 8) % parts.length]!;
    }
    let at = 0;
    for (const { start, end } of sentenceSpans(text)) {
      assertEquals(text.slice(at, start).trim(), "", JSON.stringify(text));
      const sentence = text.slice(start, end);
      assert(sentence !== "" && sentence === sentence.trim(), JSON.stringify([text, sentence]));
      at = end;
    }
    assertEquals(text.slice(at).trim(), "", JSON.stringify(text));
  }
});

Deno.test("sentenceSpans() takes linear time when a text is long and hostile", () => {
  const begun = performance.now();
  const parts = [
    "a",
    ".",
    "$",
    "$a ",
    "\\(",
    "\\[",
    "`",
    "\n",
    "- \n",
    "#",
    "X. ",
    "e.g. ",
    "**",
    " ",
    "\n ",
    "1. ",
  ];
  for (const part of [...parts, "\\begin{a}", "\ud800", "(", "\\"]) {
    sentenceSpans(part.repeat(1_000_000 / part.length));
    sentenceSpans(`**${part.repeat(1_000_000 / part.length)}`);
  }
  assertLess(performance.now() - begun, 20_000);
});
