import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { drawDrill } from "../../../src/domains/relay/drill.ts";
import { RELAY_ALPHABET } from "../../../src/domains/relay/format.ts";
import { Rng } from "../../../src/random/rng.ts";

Deno.test("drawDrill() looks up nothing but what its definitions say", () => {
  for (let i = 0; i < 100; i++) {
    const count = 1 + i % 20;
    const { prompt, completions } = drawDrill(count, new Rng("drill", i));
    const definitions = new Map(
      prompt.trimEnd().split(";").map((text) => text.split("=") as [string, string]),
    );
    assertEquals([definitions.size, completions.length, prompt.at(-1)], [count, 1, "\n"]);
    for (const lookup of completions[0]!.split(";")) {
      const name = lookup[0]!;
      const body = definitions.get(name)!;
      const [from, digit] = body.includes("+") ? body.split("+") : [null, body];
      assertEquals(lookup, from === null ? `${name}${digit}` : `${name}${from}${name}${digit}`);
    }
    for (const character of prompt + completions[0]) assert(RELAY_ALPHABET.includes(character));
  }
});

Deno.test("drawDrill() is fixed by its stream", () => {
  assertEquals(drawDrill(9, new Rng(1)), drawDrill(9, new Rng(1)));
  assertNotEquals(drawDrill(9, new Rng(2)), drawDrill(9, new Rng(1)));
});
