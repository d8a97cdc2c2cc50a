import { assert, assertEquals } from "@std/assert";
import { sampleGroups } from "../../../src/algorithms/dynamic_sampling.ts";
import { groupAdvantages } from "../../../src/algorithms/advantages.ts";
import { StopCondition } from "../../../src/policy/stopping.ts";
import { Rng } from "../../../src/random/rng.ts";
import { findPython } from "../../../src/trainers/jobs/python.ts";
import { live } from "./python_available.ts";

/** Where a job's modules lie: what every engine takes along, and TRL's own. */
const launcher = ["../../../src/trainers/jobs/job/", "../../../src/trainers/trl/job/"]
  .map((folder) => new URL(folder, import.meta.url).pathname);

/** Whether any Python is there: what a test needs that takes nothing from PyPI. */
async function anyPython(): Promise<boolean> {
  try {
    return (await new Deno.Command("python3", { args: ["-c", ""] }).output()).success;
  } catch {
    return false; // Not installed.
  }
}

/** What a program prints that finds the launcher's modules, as JSON; `data` is what it is given. */
async function python<T>(program: string, body: string, data: unknown): Promise<T> {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, JSON.stringify(data));
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [
      "-c",
      `import json, sys\nsys.path[:0] = ${JSON.stringify(launcher)}\n` +
      `data = json.load(open("${file}"))\n${body}`,
    ],
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const plain = { ignore: !await anyPython() };

/** Rewards of groups: spread, equal, nearly equal, with failures. */
function groups(count: number): (number | null)[][] {
  const rng = new Rng("groups", 3);
  return Array.from({ length: count }, (_, i) => {
    const [kind, value] = [i % 5, rng.next()];
    return Array.from(
      { length: 4 },
      () =>
        kind === 0
          ? value
          : kind === 1
          ? value + 1e-7 * rng.next()
          : kind === 2 && rng.chance(0.5)
          ? null
          : rng.next(),
    );
  });
}

Deno.test({ name: "groups.py gives the advantages of the embedded engine", ...plain }, async () => {
  const all = groups(200);
  for (const epsilon of [1e-6, 0, null]) {
    const found = await python<(number | null)[][]>(
      "python3",
      `from groups import advantages\nprint(json.dumps([advantages(g, ${
        epsilon ?? "None"
      }) for g in data]))`,
      all,
    );
    all.forEach((rewards, i) => {
      const known = rewards.filter((reward) => reward !== null);
      const expected = known.length === 0 ? [] : groupAdvantages(known, epsilon);
      let at = 0;
      rewards.forEach((reward, place) => {
        if (reward === null) return assertEquals(found[i]![place], null);
        assertEquals(found[i]![place], expected[at++]);
      });
    });
  }
});

Deno.test(
  { name: "groups.py keeps, drops and refills as the embedded engine does", ...plain },
  async () => {
    const all = groups(400);
    const runs = [
      { groups: 6, epsilon: 1e-6, maxRefills: 3 },
      { groups: 6, epsilon: 0.25, maxRefills: 2 },
      { groups: 6, epsilon: 0.25, maxRefills: 0 },
      { groups: 6, epsilon: 10, maxRefills: 4 },
      { groups: 6, epsilon: null, maxRefills: 0 },
    ];
    const found = await python<unknown[]>(
      "python3",
      `
from groups import Order, sample_groups
made = []
for run in data["runs"]:
    order = Order([{"id": i, "rewards": r} for i, r in enumerate(data["groups"])], list(range(len(data["groups"]))))
    kept, dropped, refills = sample_groups(run["groups"], run["epsilon"], run["maxRefills"], order.take)
    made.append([[g["id"] for g in kept], [g["id"] for g in dropped], refills, order.taken])
print(json.dumps(made))`,
      { runs, groups: all },
    );
    for (const [i, run] of runs.entries()) {
      let taken = 0;
      const made = await sampleGroups(run, (count) =>
        Promise.resolve(
          all.slice(taken, taken += count).map((rewards, at) => ({
            id: taken - count + at,
            rewards: rewards.filter((reward) => reward !== null),
          })),
        ));
      const ids = (list: readonly { id: number }[]) => list.map(({ id }) => id);
      assertEquals(found[i], [ids(made.kept), ids(made.dropped), made.refills, taken]);
    }
  },
);

Deno.test({
  name: "records.py takes back the rows of steps that are made again, and what a kill cut off",
  ...plain,
}, async () => {
  const dir = await Deno.makeTempDir();
  const rows = [0, 1, 2, 3].map((step) => `${JSON.stringify({ step })}\n`).join("");
  await Deno.writeTextFile(`${dir}/metrics.jsonl`, rows + '{"step": 4, "los');
  await python(
    "python3",
    `
from records import Records
records = Records(data, writes=True)
records.cut(2)
records.write("metrics.jsonl", [{"step": 2, "again": True}])
other = Records(data, writes=False)
other.cut(0)
other.write("metrics.jsonl", [{"step": 9}])
print("null")`,
    dir,
  );
  assertEquals(
    await Deno.readTextFile(`${dir}/metrics.jsonl`),
    '{"step":0}\n{"step":1}\n{"step": 2, "again": true}\n',
  );
});

Deno.test(await live("generation.py ends completions where the embedded engine does"), async () => {
  const pieces = ["a", "b", "\n", "a\n", "##", "#", "\ufffd", "\n\n", "<eos>"];
  const rng = new Rng("ends", 1);
  const rows = Array.from({ length: 300 }, (_, i) => ({
    tokens: Array.from({ length: 14 }, () => rng.integer(pieces.length)),
    maxTokens: 3 + rng.integer(11),
    ...([{}, { stopAfter: 2 }, { stopAfter: 3 }, { stopAfter: null }] as {
      stopAfter?: number | null;
    }[])[i % 4],
  }));
  const stops = ["\n", "##"];
  const found = await python<[number, boolean][]>(
    findPython("trl"),
    `
import torch
from generation import Ends
class Tokenizer:
    def decode(self, ids, **_):
        return "".join(data["pieces"][i] for i in ids)
ends = Ends(Tokenizer(), 2, data["rows"], [8], data["stops"])
for length in range(1, 15):
    ends(torch.tensor([[0, 0] + row["tokens"][:length] for row in data["rows"]]), None)
print(json.dumps(list(zip(ends.lengths, ends.truncated))))`,
    { pieces, rows, stops },
  );
  const stop = new StopCondition([8], stops, {
    decode: (ids) => ids.map((id) => pieces[id]).join(""),
  });
  rows.forEach(({ tokens, maxTokens, stopAfter = 1 }, i) => {
    const times = stopAfter ?? Infinity;
    let length = 1;
    while (!stop.isMet(tokens.slice(0, length), times) && length < maxTokens) length++;
    assertEquals(found[i], [length, !stop.isMet(tokens.slice(0, length), times)]);
  });
});
