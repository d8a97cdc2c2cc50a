import { assertEquals } from "@std/assert";
import { TensorBoardTracker } from "../../../src/runs/tracking/tensorboard.ts";
import { pythonTest } from "../../policy/python.ts";
import { python } from "../../policy/python.ts";
import { trackedStage } from "./stages.ts";

/** Every file below a folder, relative to it. */
function filesBelow(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${dir}/${name}`).map((file) => `${name}/${file}`) : [name]
  ).sort();
}

Deno.test("TensorBoardTracker puts each stage into a folder of its own, which no name can lead out of", async () => {
  const dir = await Deno.makeTempDir();
  const tracker = new TensorBoardTracker(dir);
  const stage = await trackedStage();
  const id8 = stage.id.slice(0, 8);
  for (const arm of ["srl → rlvr", "../../x", "a/b:c\\d\x00"]) {
    const named = { ...stage, cell: { ...stage.cell, arm } };
    await tracker.begin(named);
    await tracker.end(named, "finished", 0);
  }
  const rest = `1m/seed 1/0 sft ${id8}/events.out.tfevents.1700000000.${stage.id}`;
  assertEquals(
    filesBelow(dir),
    [`__.._x/${rest}`, `a_b_c_d_/${rest}`, `srl → rlvr/${rest}`].sort(),
  );
  assertEquals(await tracker.close(), null);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("TensorBoardTracker counts what it cannot write, and goes on", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/file`, "");
  const tracker = new TensorBoardTracker(`${dir}/file/logs`);
  const stage = await trackedStage();
  await tracker.begin(stage);
  await tracker.rows(stage, [{ step: 1, loss: 1, reward: null }, { step: 2, loss: 2 }], 0);
  await tracker.end(stage, "finished", 0);
  const untold = await tracker.close();
  assertEquals([untold?.lost, untold?.total], [3, 3]);
  await Deno.remove(dir, { recursive: true });
});

const READ = `
import json, sys
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
runs = EventMultiplexer().AddRunsFromDirectory(json.load(open(sys.argv[1]))["dir"])
runs.Reload()
out = {}
for run, tags in runs.Runs().items():
    scalars = {tag: [[e.wall_time, e.step, e.value] for e in runs.Scalars(run, tag)] for tag in tags["scalars"]}
    texts = {tag: [e.tensor_proto.string_val[0].decode() for e in runs.Tensors(run, tag)] for tag in tags["tensors"]}
    out[run] = {"scalars": scalars, "texts": texts}
print(json.dumps(out))
`;

await pythonTest(
  "TensorBoard reads what TensorBoardTracker writes, and a stage begun anew replaces the old one",
  ["tensorboard"],
  async () => {
    const dir = await Deno.makeTempDir();
    const stage = await trackedStage();
    for (const last of [7, 0.25]) {
      const tracker = new TensorBoardTracker(dir);
      await tracker.begin({ ...stage, start: stage.start + last * 4000 });
      const rows = [{ step: 1, loss: 1.5, reward: null }, { step: 2, loss: last, reward: -1 }];
      await tracker.rows(stage, rows, 1_700_000_009_500);
      await tracker.end(stage, "finished", 0);
      await tracker.close();
    }
    const read = await python(READ, { dir }) as Record<
      string,
      { scalars: Record<string, number[][]>; texts: Record<string, string[]> }
    >;
    const run = `sft/1m/seed 1/0 sft ${stage.id.slice(0, 8)}`;
    assertEquals(Object.keys(read), [run]);
    assertEquals(read[run]?.scalars, {
      loss: [[1_700_000_009.5, 1, 1.5], [1_700_000_009.5, 2, 0.25]],
      reward: [[1_700_000_009.5, 2, -1]],
    });
    const config = read[run]?.texts.config?.[0] ?? "";
    const [label, , ...lines] = config.split("\n");
    assertEquals(label, stage.label);
    assertEquals(JSON.parse(lines.join("\n")), JSON.parse(JSON.stringify(stage.config)));
    await Deno.remove(dir, { recursive: true });
  },
);
