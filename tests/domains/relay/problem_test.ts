import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  answerText,
  ASKED,
  DECOY,
  drawProblem,
  LETTERS,
  MODULUS,
  problemText,
} from "../../../src/domains/relay/problem.ts";
import { Rng } from "../../../src/random/rng.ts";
import { solve } from "./solve.ts";

const SIZES = [{ chain: 3, decoys: 0 }, { chain: 5, decoys: 2 }, { chain: 8, decoys: 6 }];

Deno.test("drawProblem() makes problems whose text alone gives the answer", () => {
  for (const size of SIZES) {
    for (let i = 0; i < 60; i++) {
      const problem = drawProblem(size, new Rng("draw", i));
      const text = problemText(problem);
      const { values, asked } = solve(text);
      assertEquals(answerText(problem), asked.map((name) => values.get(name)).join(""));
      assertEquals(values.size, size.chain + DECOY * size.decoys);
      for (const { name, value } of problem.definitions.values()) {
        assertEquals(values.get(name), value);
        assert(value >= 0 && value < MODULUS);
      }
    }
  }
});

Deno.test("drawProblem() asks for the end of the one chain that is needed", () => {
  for (let i = 0; i < 60; i++) {
    const problem = drawProblem({ chain: 6, decoys: 4 }, new Rng("chain", i));
    const { definitions, chain } = problem;
    assertEquals(chain.length, 6);
    chain.forEach((name, at) => {
      assertEquals(definitions.get(name)!.from, at === 0 ? null : chain[at - 1]!);
    });
    assertEquals(solve(problemText(problem)).asked, chain.slice(-ASKED));
    // A decoy begins with a digit of its own and never meets the chain.
    for (const { name, from } of definitions.values()) {
      if (!chain.includes(name)) assert(from === null || !chain.includes(from));
    }
    assertEquals([...definitions.values()].filter(({ from }) => from === null).length, 5);
  }
});

Deno.test("drawProblem() states the definitions in any order", () => {
  const problems = Array.from(
    { length: 50 },
    (_, i) => drawProblem({ chain: 4, decoys: 1 }, new Rng("order", i)),
  );
  assert(problems.some(({ order, chain }) => order.indexOf(chain[0]!) > order.indexOf(chain[1]!)));
  assert(problems.some(({ order, chain }) => order.indexOf(chain[0]!) < order.indexOf(chain[1]!)));
  for (const { order, definitions } of problems) {
    assertEquals(order.toSorted(), [...definitions.keys()].sort());
  }
});

Deno.test("drawProblem() refuses sizes that the letters do not cover, and chains shorter than what is asked", () => {
  const most = Math.floor((LETTERS.length - 5) / DECOY);
  drawProblem({ chain: 5, decoys: most }, new Rng(1));
  for (const size of [{ chain: 5, decoys: most + 1 }, { chain: ASKED - 1, decoys: 0 }]) {
    assertThrows(() => drawProblem(size, new Rng(1)), RangeError, `a chain of ${size.chain}`);
  }
});
