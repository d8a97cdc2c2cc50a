import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { writeManifest } from "../../src/runs/manifest.ts";
import { resumableStep, writeResume } from "../../src/runs/resumable.ts";
import { StageStore } from "../../src/runs/store.ts";

const ID = "0123456789abcdef";

/** A store in a folder of its own; the folder is removed after. */
async function withStore(test: (store: StageStore) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  await test(new StageStore(`${root}/.stepwise`));
  await Deno.remove(root, { recursive: true });
}

const names = async (dir: string) =>
  (await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)).sort();

Deno.test("StageStore has a stage only when it was committed", async () => {
  await withStore(async (store) => {
    assertEquals(await store.list(), []);
    const draft = await store.begin(ID);
    await Deno.writeTextFile(`${draft.dir}/stage.json`, "{}");
    assertEquals([await store.has(ID), await store.list()], [false, []]);
    await draft.commit();
    assertEquals([await store.has(ID), await store.list()], [true, [ID]]);
    assertEquals(await names(`${store.root}/stages`), [ID]);
  });
});

Deno.test("StageStore keeps the last failure of a stage apart from what is finished", async () => {
  await withStore(async (store) => {
    for (const text of ["first", "second"]) {
      const draft = await store.begin(ID);
      await Deno.writeTextFile(`${draft.dir}/log.txt`, text);
      const dir = await draft.fail(true);
      assertEquals(await Deno.readTextFile(`${dir}/log.txt`), text);
    }
    assertEquals([await store.has(ID), await names(`${store.root}/stages`)], [false, []]);
  });
});

Deno.test("StageStore.failureLog() is the last failure's, until the stage is finished", async () => {
  await withStore(async (store) => {
    assertEquals(await store.failureLog(ID), null);
    const draft = await store.begin(ID);
    await Deno.writeTextFile(`${draft.dir}/log.txt`, "why");
    await draft.fail(false);
    assertEquals(await store.failureLog(ID), `${store.root}/failed/${ID}/log.txt`);
    await (await store.begin(ID)).commit();
    assertEquals([await store.failureLog(ID), await names(`${store.root}/failed`)], [null, []]);
  });
});

Deno.test("StageStore tells a folder that cannot be read from one that is not there", async () => {
  await withStore(async (store) => {
    await Deno.mkdir(store.root);
    await Deno.symlink("stages", `${store.root}/stages`);
    await assertRejects(() => store.list(), Error, "symbolic links");
  });
});

/** Puts files into the folder of an unfinished stage. */
async function unfinished(store: StageStore, id: string, files: readonly string[]) {
  const dir = `${store.dir(id)}.part`;
  await Deno.mkdir(dir, { recursive: true });
  for (const name of files) await Deno.writeTextFile(`${dir}/${name}`, name);
  return dir;
}

const RECORD = {
  step: 7,
  seconds: 3,
  files: {},
  tensors: { file: "resume-a.safetensors", sha256: "" },
  state: null,
};

Deno.test("StageStore.begin() starts empty where killed runs saved nothing", async () => {
  await withStore(async (store) => {
    await unfinished(store, ID, ["half", "metrics.jsonl"]);
    const draft = await store.begin(ID);
    assertEquals([await names(draft.dir), draft.saved], [["writer.lock"], null]);
  });
});

Deno.test("StageStore.begin() goes on with what was saved, and commit() leaves nothing of that", async () => {
  await withStore(async (store) => {
    const dir = await unfinished(store, ID, [
      "metrics.jsonl",
      "resume-a.safetensors",
      "sessions.json",
    ]);
    await writeResume(dir, RECORD);
    assertEquals(await resumableStep(store.dir(ID)), 7);
    const draft = await store.begin(ID);
    assertEquals(draft.saved, { step: 7, seconds: 3 });
    await draft.leave();
    await (await store.begin(ID)).commit();
    assertEquals(await names(store.dir(ID)), ["manifest.json", "metrics.jsonl"]);
    assertEquals(await resumableStep(store.dir(ID)), null);
  });
});

Deno.test("StageStore keeps what a stage saved when its process was ended from outside", async () => {
  await withStore(async (store) => {
    const dir = await unfinished(store, ID, ["stage.json", "log.txt"]);
    await writeResume(dir, RECORD);
    const kept = await (await store.begin(ID)).fail(true);
    assertEquals([await names(kept), await resumableStep(store.dir(ID))], [[
      "log.txt",
      "stage.json",
    ], 7]);
    await (await store.begin(ID)).fail(false);
    assertEquals(await resumableStep(store.dir(ID)), null);
  });
});

Deno.test("StageStore.sweep() keeps what was saved, finishes what lacks its name, removes the rest", async () => {
  await withStore(async (store) => {
    const [saved, whole, busy] = ["1".repeat(16), "2".repeat(16), "3".repeat(16)];
    await unfinished(store, ID, ["half"]);
    await writeResume(await unfinished(store, saved, ["stray.1.tmp"]), RECORD);
    await writeManifest(await unfinished(store, whole, ["stage.json", "resume.json"]), [
      "resume.json",
    ]);
    await unfinished(store, busy, ["half"]);
    {
      using _held = await store.lock(busy);
      await store.sweep();
      assertEquals(await names(`${store.root}/stages`), [`${saved}.part`, whole, `${busy}.part`]);
    }
    assertEquals(await names(`${store.dir(saved)}.part`), ["resume.json", "writer.lock"]);
    assertEquals(await names(store.dir(whole)), ["manifest.json", "stage.json"]);
    await store.sweep();
    assertEquals(await names(`${store.root}/stages`), [`${saved}.part`, whole]);
  });
});

Deno.test("StageStore.verify() names the file that is not what was written", async () => {
  await withStore(async (store) => {
    const draft = await store.begin(ID);
    await Deno.mkdir(`${draft.dir}/checkpoint`);
    await Deno.writeFile(`${draft.dir}/checkpoint/weights`, new Uint8Array(1000));
    await Deno.writeTextFile(`${draft.dir}/log.txt`, "a log");
    await draft.commit();
    await store.verify(ID, "");
    const file = `${store.dir(ID)}/checkpoint/weights`;
    const remedy = `; remove ${store.dir(ID)} to make it anew`;
    const failure = async () =>
      (await assertRejects(() => store.verify(ID, "checkpoint/"), InputError)).message;
    const flipped = new Uint8Array(1000);
    flipped[500] = 1;
    await Deno.writeFile(file, flipped);
    const message = await failure();
    assertEquals(message.startsWith(`${file}: not what was written: found SHA-256 `), true);
    assertEquals(message.endsWith(remedy), true);
    await store.verify(ID, "log");
    await Deno.writeFile(file, flipped.subarray(1));
    assertEquals(
      await failure(),
      `${file}: not what was written: found 999 bytes, expected 1000${remedy}`,
    );
    await Deno.remove(file);
    assertEquals(await failure(), `${file}: no such file any more${remedy}`);
    await Deno.writeTextFile(`${store.dir(ID)}/manifest.json`, "{");
    assertEquals(
      (await failure()).startsWith(`${store.dir(ID)}/manifest.json: cannot be read (`),
      true,
    );
  });
});

Deno.test("StageStore makes a stage anew whose folder has no manifest", async () => {
  await withStore(async (store) => {
    await Deno.mkdir(store.dir(ID), { recursive: true });
    await Deno.writeTextFile(`${store.dir(ID)}/stage.json`, "half removed");
    assertEquals(await store.has(ID), false);
    await (await store.begin(ID)).commit();
    assertEquals([await store.has(ID), await names(store.dir(ID))], [true, ["manifest.json"]]);
  });
});
