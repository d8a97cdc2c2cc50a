import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { builtinRewards, parseRewards } from "../../src/rewards/landscape_rewards.ts";

const names = (texts: string[], steps: string[] = []) =>
  parseRewards(texts, steps).map(({ name }) => name);

const CALL = "<function=bash><parameter=command>ls</parameter></function>";

Deno.test("builtinRewards() has tool-call where every step has a call, and only there", () => {
  const last = (steps: string[]) => builtinRewards(steps).at(-1)?.name;
  assertEquals(last([CALL, `Look. ${CALL}`]), "tool-call");
  assertEquals([last([CALL, "x = 3"]), last([])], ["token-f1", "token-f1"]);
});

Deno.test("parseRewards() replaces the built-in rewards, or adds to them", () => {
  assertEquals(names([]), names(["builtin"]));
  assertEquals(names(["bleu"]), ["bleu"]);
  const added = '{"kind":"similarity","autojunk":true,"normalise":{"latex":true}}';
  assertEquals(names(["builtin", added]), [
    ...names([]),
    'similarity autojunk=on normalise={"latex":true}',
  ]);
  const [reward] = parseRewards([added], []);
  const { declared } = reward!;
  assertEquals(declared.kind === "similarity" && declared.normalise.latex, true);
});

Deno.test("parseRewards() names rewards within rewards by their own names", () => {
  const inner = { kind: "similarity", unit: "word" };
  const cases: [unknown, string][] = [
    [
      {
        kind: "sum",
        of: [{ weight: 0.5, reward: inner }, { weight: 0.25, reward: { kind: "bleu" } }, {
          weight: 0.25,
          reward: "chrf",
        }],
      },
      "sum of=[0.5·(similarity unit=word), 0.25·bleu, 0.25·chrf]",
    ],
    [{ kind: "min", of: ["bleu", inner] }, "min of=[bleu, (similarity unit=word)]"],
    [
      { kind: "gate", reward: "bleu", when: inner, above: 0.5 },
      "gate reward=bleu when=(similarity unit=word) above=0.5",
    ],
  ];
  for (const [declared, name] of cases) assertEquals(names([JSON.stringify(declared)]), [name]);
});

Deno.test("parseRewards() names what is wrong", () => {
  const cases: [string[], string][] = [
    [["blue"], '--reward: found "blue"'],
    [["blue"], 'did you mean "bleu"?'],
    [['{"kind":"chrf","worder":1}'], "--reward.worder: unknown key"],
    [["length"], '--reward: found "length"; that kind needs an object with from and to'],
    [["{kind:1}"], '--reward: found "{kind:1}"; expected a kind or JSON: '],
    [["bleu", "bleu"], '--reward: found "bleu" twice; expected each once'],
    [["builtin", "chrf"], '--reward: found "chrf" twice'],
  ];
  for (const [texts, message] of cases) {
    assertThrows(() => parseRewards(texts, []), InputError, message);
  }
});
