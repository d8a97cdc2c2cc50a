import { assert, assertEquals } from "@std/assert";
import { relayFormat } from "../../../src/domains/relay/format.ts";
import { answerText, drawProblem, type RelayProblem } from "../../../src/domains/relay/problem.ts";
import {
  directedStep,
  expertReasoning,
  expertSteps,
  stepText,
  thoughtOutSolution,
  type ThoughtStep,
  wanderingStep,
} from "../../../src/domains/relay/solution.ts";
import { Rng } from "../../../src/random/rng.ts";
import { parseOutput } from "../../../src/rewards/mod.ts";

const PROBLEMS = Array.from({ length: 40 }, (_, i) => {
  const rng = new Rng("solution", i);
  return drawProblem({ chain: 3 + rng.integer(6), decoys: rng.integer(6) }, rng);
});

const given = ({ definitions }: RelayProblem) =>
  new Set([...definitions.values()].filter(({ from }) => from === null).map(({ name }) => name));

/** Fails unless each action is a true value that could be computed when it was given. */
function assertSound(problem: RelayProblem, steps: readonly ThoughtStep[]): void {
  const known = given(problem);
  steps.slice(0, -1).forEach(({ action }) => {
    const [name, value] = action.split("=") as [string, string];
    const { from, value: expected } = problem.definitions.get(name)!;
    assertEquals(Number(value), expected);
    assert(from !== null && known.has(from) && !known.has(name), action);
    known.add(name);
  });
  assertEquals(steps.at(-1)!.action, `#${answerText(problem)}`);
}

const expertActions = (problem: RelayProblem) => expertSteps(problem).map(({ action }) => action);

Deno.test("expertSteps() gives every needed value in order, titled by its variable, then the answer", () => {
  for (const problem of PROBLEMS) {
    const actions = expertActions(problem);
    assertEquals(actions.length, problem.chain.length);
    assertEquals(actions.slice(0, -1).map((a) => a[0]), problem.chain.slice(1));
    assertSound(problem, actions.map((action) => ({ think: "", action })));
    const titles = expertSteps(problem).map(({ title }) => title);
    assertEquals(titles, [...problem.chain.slice(1), undefined]);
  }
});

Deno.test("expertReasoning() traces back to a given digit, and computes each needed value from the one before", () => {
  for (const problem of PROBLEMS) {
    const { definitions, chain } = problem;
    const [traced, ...computed] = expertReasoning(problem).split(";");
    assertEquals(traced, `^${chain.toReversed().join("")}`);
    let value = definitions.get(chain[0]!)!.value;
    assertEquals(computed.length, chain.length - 1);
    computed.forEach((text, i) => {
      const [, name, from, digit, sum] = /^([a-z])=(\d)\+(\d)=(\d)$/.exec(text)!;
      assertEquals([name, Number(from)], [chain[i + 1], value]);
      assertEquals(Number(digit), definitions.get(name!)!.digit);
      value = (Number(from) + Number(digit)) % 10;
      assertEquals(Number(sum), value);
    });
  }
});

Deno.test("thoughtOutSolution() is the expert's way where every step is directed", () => {
  for (const [i, problem] of PROBLEMS.entries()) {
    const steps = thoughtOutSolution(problem, 1, new Rng(i));
    assertEquals(steps.map(({ action }) => action), expertActions(problem));
  }
});

Deno.test("thoughtOutSolution() comes to the right answer however it wanders", () => {
  let longer = 0;
  for (const [i, problem] of PROBLEMS.entries()) {
    for (const directed of [0, 0.2, 0.7]) {
      const steps = thoughtOutSolution(problem, directed, new Rng(i, directed));
      assertSound(problem, steps);
      if (steps.length > problem.chain.length) longer++;
    }
  }
  assert(longer > 20);
});

Deno.test("thoughtOutSolution() goes on from the steps taken", () => {
  for (const [i, problem] of PROBLEMS.entries()) {
    const path = thoughtOutSolution(problem, 0, new Rng(i));
    for (const taken of [path.slice(0, 1), path.slice(0, -1)]) {
      assertSound(problem, [...taken, ...thoughtOutSolution(problem, 0.5, new Rng(i, 2), taken)]);
    }
  }
});

Deno.test("directedStep() and wanderingStep() think of nothing but what leads to their action", () => {
  for (const [i, problem] of PROBLEMS.entries()) {
    const known = given(problem);
    const [directed, wandering] = [
      directedStep(problem, known),
      wanderingStep(problem, known, new Rng(i)),
    ];
    for (const { think, action } of [directed, wandering]) {
      assert(think.includes(action[0]!), `${think} does not speak of ${action}`);
    }
    assertEquals(directed.action, expertActions(problem)[0]);
  }
});

Deno.test("stepText() is in the format, with an action that the domain accepts", () => {
  for (const [i, problem] of PROBLEMS.entries()) {
    for (const step of thoughtOutSolution(problem, 0.3, new Rng(i))) {
      const parsed = parseOutput(stepText(step), { action: relayFormat.action! });
      assertEquals(parsed, { ok: true, ...step });
    }
  }
});
