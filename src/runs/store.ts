/** @file Finished stages on disk: written aside, renamed when whole. */
import { lockStage, type StageLock } from "./lock.ts";

/** A stage that is being written. */
export interface StageDraft {
  /** Folder to write into. */
  readonly dir: string;
  /** Makes it a finished stage, all at once. */
  commit(): Promise<void>;
  /** Keeps it for inspection where no stage is looked for; returns that folder. */
  fail(): Promise<string>;
  /** Removes it. */
  discard(): Promise<void>;
}

/**
 * The folders of one project's stages. `stages/<id>` is whole whenever it exists: what is being made has another name
 * (`stages/<id>.tmp-<pid>`) until the rename.
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
    return (await Deno.stat(`${this.dir(id)}/stage.json`).catch(() => null)) !== null;
  }

  /** Folder with what there is of a stage: finished, being made by some process, or failed; null where there is none. */
  async found(id: string): Promise<string | null> {
    if (await this.has(id)) return this.dir(id);
    // Whatever an unfinished stage is called, its name begins so.
    const draft = (await this.#names()).find((name) => name.startsWith(`${id}.`));
    if (draft !== undefined) return `${this.root}/stages/${draft}`;
    const failed = `${this.root}/failed/${id}`;
    return (await Deno.stat(failed).catch(() => null)) === null ? null : failed;
  }

  /** Ids of the finished stages, in no order. */
  async list(): Promise<string[]> {
    const names = await this.#names();
    return names.filter((name) => /^[0-9a-f]{16}$/.test(name));
  }

  /** Takes the right to make a stage; null while another process has it. It ends with this process at the latest. */
  async lock(id: string): Promise<StageLock | null> {
    return await lockStage(`${this.root}/locks`, id);
  }

  /** Starts a stage in an empty folder, and removes what killed runs left of it. The caller holds its lock. */
  async begin(id: string): Promise<StageDraft> {
    await this.#sweep(id);
    const dir = `${this.dir(id)}.tmp-${Deno.pid}`;
    await Deno.mkdir(dir, { recursive: true });
    return {
      dir,
      commit: () => Deno.rename(dir, this.dir(id)),
      fail: async () => {
        const kept = `${this.root}/failed/${id}`;
        await Deno.remove(kept, { recursive: true }).catch(() => {});
        await Deno.mkdir(`${this.root}/failed`, { recursive: true });
        await Deno.rename(dir, kept);
        return kept;
      },
      discard: () => Deno.remove(dir, { recursive: true }),
    };
  }

  /** Removes what killed runs left half-written, of any stage that nobody is making now. */
  async sweep(): Promise<void> {
    const left = (await this.#names()).flatMap((name) => /^(.*)\.tmp-\d+$/.exec(name)?.[1] ?? []);
    for (const id of new Set(left)) {
      using lock = await this.lock(id);
      if (lock) await this.#sweep(id);
    }
  }

  async #sweep(id: string): Promise<void> {
    for (const name of await this.#names()) {
      if (!name.startsWith(`${id}.tmp-`)) continue;
      await Deno.remove(`${this.root}/stages/${name}`, { recursive: true }).catch(() => {});
    }
  }

  async #names(): Promise<string[]> {
    try {
      return await Array.fromAsync(Deno.readDir(`${this.root}/stages`), ({ name }) => name);
    } catch {
      return []; // Nothing was ever run here.
    }
  }
}
