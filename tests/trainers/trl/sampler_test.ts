import { assert, assertEquals } from "@std/assert";
import { findPython } from "../../../src/trainers/jobs/python.ts";
import { live } from "./python_available.ts";

/** Where a job's modules lie: what every engine takes along, and TRL's own. */
const launcher = ["../../../src/trainers/jobs/job/", "../../../src/trainers/trl/job/"]
  .map((folder) => new URL(folder, import.meta.url).pathname);

/** The sampler with a policy and a reward worker that do as they are told: `c<reward>`, `x` for a reward that fails, `t…` for a cut one. */
const PROGRAM = `
import json, sys, types
sys.path[:0] = ${JSON.stringify(launcher)}
import sampler as module
from groups import Order

class Records:
    def __init__(self): self.rows = []
    def event(self, *_, **__): pass
    def write(self, name, rows): self.rows += rows

class Worker:
    def score(self, items):
        def judge(item):
            text = item["completion"].lstrip("t")
            failed = text == "x"
            return {"reward": None if failed else float(text[1:]), "rewardError": "error: broken" if failed else None,
                    "parts": {}, "think": None, "action": None, "formatError": "truncated" if item["truncated"] else None}
        return [judge(item) for item in items]

written = {}
def generate(trainer, rows, config):
    made = []
    for row in rows:
        texts = row["texts"]
        text = texts[written.setdefault(row["id"], 0)]
        written[row["id"]] += 1
        ids = [len(written) * 100 + written[row["id"]], 7]
        trainer.texts[ids[0]] = text
        made.append({"ids": ids, "truncated": text.startswith("t")})
    return made
module.generate = generate
module.completion_text = lambda tokenizer, ids, ends: tokenizer[ids[0]]
module.gather_object = lambda groups: groups

def run(prompts, **changes):
    written.clear()
    sampling = {"groups": 2, "rollouts": 2, "epsilon": 0.1, "maxRefills": 1, "advantageEpsilon": 0, "averagesRows": True,
                "maskTruncated": False, **changes}
    config = {"sampling": sampling, "endTokenIds": [7], "maxRewardFailures": sampling.pop("maxRewardFailures", 1)}
    rows = [{"id": f"p{i}", "prompt": f"p{i}", "promptIds": [1, 2], "target": "t", "problem": "p", "answer": "", "texts": t}
            for i, t in enumerate(prompts)]
    records = Records()
    made = module.Sampler(config, Order(rows, list(range(len(rows)))), Worker(), records, None)
    texts = {}
    trainer = types.SimpleNamespace(
        texts=texts, processing_class=texts, args=types.SimpleNamespace(seed=1), state=types.SimpleNamespace(global_step=3),
        accelerator=types.SimpleNamespace(num_processes=1, process_index=0))
    try:
        batch = made(["p"] * 4, trainer)
    except RuntimeError as error:
        return {"error": str(error)}
    return {"batch": {k: batch[k] for k in ("env_mask", "advantage")}, "row": made.row, "scale": made.scale, "empty": made.empty,
            "rollouts": [[r["instance"], r["reward"], r["advantage"]] for r in records.rows], "state": made.state}

print(json.dumps([run(case["prompts"], **case["changes"]) for case in json.load(open(sys.argv[1]))]))
`;

Deno.test(
  await live("sampler.py refills, fills up, masks and counts as the embedded engine does"),
  async () => {
    const cases = [
      // A group without spread is replaced.
      { prompts: [["c1", "c0"], ["c1", "c1"], ["c2", "c4"]], changes: {} },
      // It stays short: the dropped group fills up without weight, and the loss is averaged over what counts.
      { prompts: [["c1", "c0"], ["c1", "c1"], ["c0", "c0"]], changes: {} },
      // Nothing is left.
      { prompts: [["c1", "c1"], ["c1", "c1"], ["c0", "c0"], ["c0", "c0"]], changes: {} },
      // A failed reward is no part of its group; a cut completion is, but is not trained on.
      {
        prompts: [["c1", "x"], ["tc1", "c0"]],
        changes: { epsilon: null, maxRefills: 0, maskTruncated: true },
      },
      { prompts: [["x", "x"], ["c1", "c0"], ["c1", "c0"]], changes: { maxRewardFailures: 0.004 } },
    ];
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, JSON.stringify(cases));
    const { success, stdout, stderr } = await new Deno.Command(findPython("trl"), {
      args: ["-c", PROGRAM, file],
      env: { PYTHONDONTWRITEBYTECODE: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const [refilled, short, nothing, failed, stopped] = JSON.parse(
      new TextDecoder().decode(stdout),
    );

    assertEquals(refilled.batch, {
      env_mask: [[1, 1], [1, 1], [1, 1], [1, 1]],
      advantage: [1, -1, -1, 1],
    });
    const counts = (
      { row }: { row: Record<string, number> },
    ) => [row["kept"], row["dropped"], row["refills"]];
    assertEquals(counts(refilled), [2, 1, 1]);
    assertEquals([refilled.scale, refilled.empty, refilled.state.taken], [1, false, 3]);
    assertEquals([refilled.row.step, refilled.row.reward], [3, 1.5]);
    // Kept ones first, as everywhere.
    assertEquals(refilled.rollouts.map(([id]: [string]) => id), [
      "p0",
      "p0",
      "p2",
      "p2",
      "p1",
      "p1",
    ]);

    assertEquals(short.batch, {
      env_mask: [[1, 1], [1, 1], [0, 0], [0, 0]],
      advantage: [1, -1, 0, 0],
    });
    assertEquals([counts(short), short.scale], [[1, 2, 1], 2]);

    assertEquals([counts(nothing), nothing.empty], [[0, 4, 1], true]);
    assertEquals(nothing.batch.env_mask, [[0, 0], [0, 0], [0, 0], [0, 0]]);

    assertEquals(failed.batch, {
      env_mask: [[1, 1], [0, 0], [0, 0], [1, 1]],
      advantage: [0, 0, 1, -1],
    });
    assertEquals(failed.scale, 4 / 3);
    assertEquals([failed.row.rewardErrors, failed.row.truncated], [1, 0.25]);
    assertEquals(
      failed.rollouts.map(([, , advantage]: [string, number, number | null]) => advantage),
      [
        ...[0, null],
        ...[null, -1],
      ],
    );
    assertEquals(
      stopped.error.split(" (")[0],
      "2 of 6 rewards failed; expected at most 0.004 of them",
    );
  },
);
