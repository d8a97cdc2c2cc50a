import { assertEquals } from "@std/assert";
import { normalise } from "../../src/verifier/normalise.ts";
import { tokenize } from "../../src/verifier/tokens.ts";
import { takeUnit } from "../../src/verifier/unit.ts";
import { UNIT_WORDS } from "../../src/verifier/unit_words.ts";
import { conversion } from "../../src/verifier/evaluate.ts";

const raw = String.raw;
const taken = (text: string) => {
  const { tokens, unit, percent, scale } = takeUnit(tokenize(normalise(text)));
  return [tokens.map((token) => token.text).join(""), unit?.text ?? null, percent, scale];
};

Deno.test("takeUnit() takes words, powers and quotients after a number", () => {
  assertEquals(taken(raw`15\mbox{ cm}^2`), ["15", "cm ^2", false, 1]);
  assertEquals(taken(raw`9.8\,\text{m/s}^{2}`), ["9.8", "m/s ^2", false, 1]);
  assertEquals(taken("3 square meters"), ["3", "m^2", false, 1]);
  assertEquals(taken(raw`60\text{ miles per hour}`), ["60", "mile / hour", false, 1]);
  assertEquals(taken(raw`5\text{ red apples}`), ["5", "red apples", false, 1]);
});

Deno.test("takeUnit() takes money, percent, degrees and words that multiply", () => {
  assertEquals(taken(raw`\$18`), ["18", "USD", false, 1]);
  assertEquals(taken(raw`-\$18`), ["-18", "USD", false, 1]);
  assertEquals(taken("18€"), ["18", "EUR", false, 1]);
  assertEquals(taken(raw`28\%`), ["28", null, true, 1]);
  assertEquals(taken("28 percent"), ["28", null, true, 1]);
  assertEquals(taken("90°"), ["90", "deg", false, 1]);
  assertEquals(taken("3 million"), ["3", null, false, 1e6]);
});

Deno.test("takeUnit() leaves variables, and formulas that go on after a word", () => {
  assertEquals(taken("5 m"), ["5m", null, false, 1]);
  assertEquals(taken("2cm x")[1], null);
  assertEquals(taken(raw`5\text{ cm} - 3`), ["5cm-3", null, false, 1]);
});

Deno.test("takeUnit() knows only units that mathjs knows", () => {
  const unknown = [...new Set(Object.values(UNIT_WORDS))].filter((name) =>
    conversion(name, name) === null
  );
  assertEquals(unknown, []);
});
