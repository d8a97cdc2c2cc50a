/** @file Finished stages on disk: written aside, renamed when whole. */
import { faultPoint } from "../fault_point.ts";
import { namesIn, renameDurably, syncTree } from "../files.ts";
import { lockStage, type StageLock, waitForLock } from "./lock.ts";
import { MANIFEST, verifyManifest, writeManifest } from "./manifest.ts";
import { readResume, RESUME, UNFINISHED } from "./resumable.ts";

/** A stage that is being made. */
export interface StageDraft {
  /** Folder to write into. */
  readonly dir: string;
  /** What an earlier process saved in it; null where the stage begins. */
  readonly saved: {
    /** Updates that need not be made again. */
    readonly step: number;
    /** Time that they took, in seconds. */
    readonly seconds: number;
  } | null;
  /** Makes it a finished stage, all at once. */
  commit(): Promise<void>;
  /**
   * Keeps it for inspection where no stage is looked for; returns that folder.
   *
   * @param resumable Whether what it saved is good to go on from: then that stays, and a copy of its log is kept.
   */
  fail(resumable: boolean): Promise<string>;
  /** Leaves what it saved for a later run; removes it where it saved nothing. */
  leave(): Promise<void>;
}

/** Files in the folder of an unfinished stage that the finished one does not have. */
async function scaffolding(dir: string): Promise<string[]> {
  return (await namesIn(dir)).filter((name) =>
    name === RESUME || /^resume-.*\.safetensors$/.test(name) || name === "writer.lock" ||
    name === "sessions.json" || name.endsWith(".tmp")
  );
}

/**
 * The folders of one project's stages. `stages/<id>` is whole whenever it exists: what is being made has another name
 * (`stages/<id>.part`) until the rename, and stays there when it is interrupted after it saved its state.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const store = new StageStore(await Deno.makeTempDir());
 * const draft = await store.begin("0123456789abcdef");
 * await Deno.writeTextFile(`${draft.dir}/stage.json`, "{}");
 * assertEquals(await store.has("0123456789abcdef"), false);
 * await draft.commit();
 * assertEquals(await store.has("0123456789abcdef"), true);
 * ```
 */
export class StageStore {
  /** Takes the folder of all that runs leave behind, usually `.stepwise`; it need not exist. */
  constructor(readonly root: string) {}

  /** Folder of a finished stage. */
  dir(id: string): string {
    return `${this.root}/stages/${id}`;
  }

  /** Whether a stage is finished. */
  async has(id: string): Promise<boolean> {
    return (await Deno.stat(`${this.dir(id)}/${MANIFEST}`).catch(() => null)) !== null;
  }

  /** Folder with what there is of a stage: finished, being made by some process, or failed; null where there is none. */
  async found(id: string): Promise<string | null> {
    if (await this.has(id)) return this.dir(id);
    // Whatever an unfinished stage is called, its name begins so.
    const draft = (await namesIn(`${this.root}/stages`)).find((name) => name.startsWith(`${id}.`));
    if (draft !== undefined) return `${this.root}/stages/${draft}`;
    const failed = `${this.root}/failed/${id}`;
    return (await Deno.stat(failed).catch(() => null)) === null ? null : failed;
  }

  /** Log of the last failure of a stage that is not finished since; null where it did not fail. */
  async failureLog(id: string): Promise<string | null> {
    const path = `${this.root}/failed/${id}/log.txt`;
    const failed = !await this.has(id) && await Deno.stat(path).catch(() => null) !== null;
    return failed ? path : null;
  }

  /** Ids of the finished stages, in no order. */
  async list(): Promise<string[]> {
    const names = await namesIn(`${this.root}/stages`);
    return names.filter((name) => /^[0-9a-f]{16}$/.test(name));
  }

  /** Takes the right to make a stage; null while another process has it. It ends with this process at the latest. */
  async lock(id: string): Promise<StageLock | null> {
    return await lockStage(`${this.root}/locks`, id);
  }

  /**
   * Compares files of a finished stage with what was written.
   *
   * @param prefix How their paths in its folder begin.
   * @throws {InputError} for the first that is gone or has changed.
   */
  async verify(id: string, prefix: string): Promise<void> {
    await verifyManifest(this.dir(id), prefix);
  }

  /** Starts a stage, or goes on with what an earlier process saved of it. The caller holds its lock. */
  async begin(id: string): Promise<StageDraft> {
    const dir = `${this.dir(id)}${UNFINISHED}`;
    const record = await this.#withWriter(id, async () => {
      const record = await readResume(dir);
      if (record === null) await empty(dir);
      return record === "damaged" ? null : record;
    });
    return {
      dir,
      saved: record && { step: record.step, seconds: record.seconds },
      commit: async () => {
        await writeManifest(dir, await scaffolding(dir));
        await this.#finish(id);
      },
      fail: async (resumable) => {
        const kept = `${this.root}/failed/${id}`;
        await Deno.remove(kept, { recursive: true }).catch(() => {});
        await Deno.mkdir(`${this.root}/failed`, { recursive: true });
        if (resumable && await readResume(dir) !== null) {
          await Deno.mkdir(kept);
          for (const name of ["stage.json", "log.txt"]) {
            await Deno.copyFile(`${dir}/${name}`, `${kept}/${name}`);
          }
        } else {
          await Deno.rename(dir, kept);
        }
        return kept;
      },
      leave: () => this.#withWriter(id, () => this.#settle(id)),
    };
  }

  /** Finishes what only lacks its name, and removes what killed runs left without a saved state, of stages that nobody is making. */
  async sweep(): Promise<void> {
    for (const name of await namesIn(`${this.root}/stages`)) {
      if (!name.endsWith(UNFINISHED)) continue;
      const id = name.slice(0, -UNFINISHED.length);
      using lock = await this.lock(id);
      if (lock) await this.#withWriter(id, () => this.#settle(id));
    }
  }

  async #settle(id: string): Promise<void> {
    const dir = `${this.dir(id)}${UNFINISHED}`;
    if (await Deno.stat(`${dir}/${MANIFEST}`).catch(() => null) !== null) {
      return await this.#finish(id);
    }
    if (await readResume(dir) === null) return await Deno.remove(dir, { recursive: true });
    for (const name of await namesIn(dir)) {
      if (name.endsWith(".tmp")) await Deno.remove(`${dir}/${name}`, { recursive: true });
    }
  }

  /** Gives a stage that has its manifest its name. */
  async #finish(id: string): Promise<void> {
    const dir = `${this.dir(id)}${UNFINISHED}`;
    for (const name of await scaffolding(dir)) {
      await Deno.remove(`${dir}/${name}`, { recursive: true });
    }
    await syncTree(dir);
    faultPoint("stage: rename");
    // What is there has no manifest, and is no finished stage.
    if (await Deno.lstat(this.dir(id)).catch(() => null) !== null) {
      await Deno.remove(this.dir(id), { recursive: true });
    }
    await renameDurably(dir, this.dir(id));
    faultPoint("stage: renamed");
    // What it failed of before is mended.
    await Deno.remove(`${this.root}/failed/${id}`, { recursive: true }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }

  /** Does something with an unfinished stage's folder when no process writes into it: one whose runner was killed ends soon. */
  async #withWriter<T>(id: string, body: () => Promise<T>): Promise<T> {
    using _writer = await waitForLock(`${this.dir(id)}${UNFINISHED}`, "writer");
    return await body();
  }
}

/** Removes what is in a folder, but for the lock that is held. */
async function empty(dir: string): Promise<void> {
  for (const name of await namesIn(dir)) {
    if (name !== "writer.lock") await Deno.remove(`${dir}/${name}`, { recursive: true });
  }
}
