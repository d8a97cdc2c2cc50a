import { assert, assertEquals } from "@std/assert";
import { live } from "../trainers/trl/python_available.ts";
import { Place } from "./trl_place.ts";

const UPDATES = 8;

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test(
  await live(
    "an experiment on TRL that was stopped, then killed, comes to the same bytes and table",
  ),
  async () => {
    const whole = new Place("trl({ processes: 2 })", UPDATES);
    const { code, stdout, stderr } = await whole.start().output();
    assertEquals(code, 0, text(stdout) + text(stderr));
    const expected = whole.result();

    const place = new Place("trl({ processes: 2 })", UPDATES);
    const first = place.start();
    assert(await place.saved("sft", 1) < 40);
    first.kill("SIGINT");
    const ended = await first.output();
    assertEquals(ended.code, 130, text(ended.stdout) + text(ended.stderr));

    const second = place.start();
    assert(await place.saved("srl", 2) < UPDATES, "it was finished before it could be killed");
    second.kill("SIGKILL");
    await second.output();

    const third = await place.start().output();
    assertEquals(third.code, 0, text(third.stdout) + text(third.stderr));
    const found = place.result();
    for (const key of Object.keys(expected)) assertEquals(found[key] === expected[key], true, key);

    for (const kind of ["sft", "srl"] as const) {
      const log = Deno.readTextFileSync(`${place.stage(kind)}/log.txt`);
      assert(/goes on after update \d+/.test(log), log);
    }
    const { trainer } = JSON.parse(Deno.readTextFileSync(`${place.stage("srl")}/provenance.json`));
    assertEquals([trainer.engine, trainer.processes], ["trl", 2]);
    // The rows of validation are merged with those of training, once each.
    const rows = Deno.readTextFileSync(`${place.stage("srl")}/metrics.jsonl`).trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    assertEquals(rows.map(({ step }) => step), Array.from({ length: UPDATES + 1 }, (_, i) => i));
    assertEquals(rows.filter((row) => "validation" in row).map(({ step }) => step), [0, 3, 6, 8]);
  },
);
