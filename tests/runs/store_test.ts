import { assertEquals } from "@std/assert";
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
      const dir = await draft.fail();
      assertEquals(await Deno.readTextFile(`${dir}/log.txt`), text);
    }
    assertEquals([await store.has(ID), await names(`${store.root}/stages`)], [false, []]);
  });
});

Deno.test("StageStore.begin() starts empty, whatever killed runs left of the stage", async () => {
  await withStore(async (store) => {
    await Deno.mkdir(`${store.dir(ID)}.tmp-1`, { recursive: true });
    await Deno.mkdir(`${store.dir(ID)}.tmp-${Deno.pid}`);
    await Deno.writeTextFile(`${store.dir(ID)}.tmp-${Deno.pid}/half`, "");
    const draft = await store.begin(ID);
    assertEquals(await names(draft.dir), []);
    assertEquals(await names(`${store.root}/stages`), [`${ID}.tmp-${Deno.pid}`]);
  });
});

Deno.test("StageStore.sweep() removes what is half-written unless somebody is making it", async () => {
  await withStore(async (store) => {
    const other = "fedcba9876543210";
    for (const id of [ID, other]) {
      await Deno.mkdir(`${store.dir(id)}.tmp-1`, { recursive: true });
    }
    {
      using _held = await store.lock(other);
      await store.sweep();
      assertEquals(await names(`${store.root}/stages`), [`${other}.tmp-1`]);
    }
    await store.sweep();
    assertEquals(await names(`${store.root}/stages`), []);
  });
});
