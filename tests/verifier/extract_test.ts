import { assertEquals } from "@std/assert";
import { extractAnswer } from "../../src/verifier/extract.ts";

const raw = String.raw;
const found = (text: string, choice = false) => {
  const extraction = extractAnswer(text, { choice });
  return extraction === null ? null : `${extraction.found}: ${extraction.text}`;
};

Deno.test("extractAnswer() takes the last box before anything else", () => {
  assertEquals(
    found(raw`\boxed{1}. Wait. So \boxed{\frac{1}{2}}, the answer is 3.`),
    raw`box: \frac{1}{2}`,
  );
  assertEquals(found(raw`\boxed{\boxed{5}}`), "box: 5");
  assertEquals(found(raw`so \\boxed{840}`), "box: 840");
  assertEquals(found(raw`\boxed{}`), "box: ");
});

Deno.test("extractAnswer() joins boxes that are parts of one answer", () => {
  assertEquals(found(raw`\boxed{1} and \boxed{2}`), "box: 1, 2");
  assertEquals(found(raw`\[ \boxed{(1, 2)}, \boxed{(2, 1)} \]`), "box: (1, 2), (2, 1)");
  assertEquals(found(raw`\(x = \boxed{1}\) and \(y = \boxed{2}\)`), "box: 1, 2");
  assertEquals(found(raw`\boxed{1} papers and \boxed{2} bins`), "box: 1, 2");
  assertEquals(found(raw`\boxed{5}. No, that is wrong. \boxed{7}`), "box: 7");
  assertEquals(found(raw`\boxed{5} no no no \boxed{7}`), "box: 7");
  assertEquals(found(raw`\boxed{5} = \frac{10}{2}, \boxed{5}`), "box: 5");
});

Deno.test("extractAnswer() keeps percent that stand behind the box", () => {
  assertEquals(found(raw`$\boxed{28}\%$`), raw`box: 28\%`);
  assertEquals(found(raw`\boxed{20} percent`), raw`box: 20\%`);
});

Deno.test("extractAnswer() takes what follows the last phrase", () => {
  assertEquals(found("The answer is 5. Hmm. The answer is 7."), "phrase: 7");
  assertEquals(found("Final Answer: The largest n is 34."), "phrase: 34");
  assertEquals(
    found("The final answer is **$\\frac{1}{2}$**. I hope it is correct."),
    raw`phrase: $\frac{1}{2}$`,
  );
  assertEquals(found("3 + 4 = 7\n#### 7"), "phrase: 7");
  assertEquals(found("The answer is 12 because 3 divides 12 and not 7"), "phrase: 12");
  assertEquals(found("The answer is 1,000.5 metres."), "phrase: 1,000.5 metres");
  assertEquals(found("Answer:\n\\[ x = 5 \\]"), "phrase: x = 5");
  assertEquals(found("The answer is 5 or 7."), "phrase: 5 or 7");
});

Deno.test("extractAnswer() takes a short text whole when it is mathematics all through", () => {
  assertEquals(found("sqrt(2)/2"), "whole: sqrt(2)/2");
  assertEquals(found("125 miles"), "whole: 125 miles");
  assertEquals(found(raw`$x \geq 5$`), raw`whole: $x \geq 5$`);
  assertEquals(found("not it's not 10 it's 1,000.99m²"), "number: 1,000.99");
});

Deno.test("extractAnswer() takes the last formula or number, whichever is later", () => {
  assertEquals(found(raw`We have $x = 3$ and then \(y = 4\), for all $n$`), "formula: y = 4");
  assertEquals(found("She has $18 and spends $5, so $13 are left"), "number: $13");
  assertEquals(found("From -3 to 2.5e3 there are 28 percent left"), "number: 28 percent");
  assertEquals(found("AZYUK2A"), null);
  assertEquals(found("I do not know."), null);
  assertEquals(found(""), null);
});

Deno.test("extractAnswer() looks for a letter where the question is a choice", () => {
  assertEquals(found("The answer is A.", true), "letter: A");
  assertEquals(found("The correct answer is (c) 12", true), "letter: C");
  assertEquals(found("I think B is right, not 5", true), "letter: B");
  assertEquals(found("A. Because B is not valid", true), "letter: A");
  assertEquals(found("No valid one here", true), null);
  assertEquals(found(raw`\boxed{\text{(D)}}`, true), raw`box: \text{(D)}`);
});
