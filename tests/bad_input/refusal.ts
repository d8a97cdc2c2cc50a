/** @file One bad input in a folder of its own, and what the experiment command says of it. */
import { endingOf } from "../../src/cli/main.ts";
import { runExperiment } from "../../src/runs/run_experiment.ts";
import { POLICY } from "../experiment/declarations.ts";

/** The parts of an experiment, as source text; DIR stands for the folder. */
export interface Parts {
  readonly name: string;
  readonly question: string;
  readonly policy: string;
  readonly data: string;
  readonly arms: string;
  readonly seeds: string;
  readonly evaluation: string;
  /** Further keys. */
  readonly more: string;
}

/** A right experiment. */
export const RIGHT: Parts = {
  name: '"bad"',
  question: '"Why?"',
  policy: `{ small: ${JSON.stringify(POLICY)} }`,
  data: `{ domain: "relay", tier: "easy", train: 8, validation: 2 }`,
  arms: `{ srl: [{ kind: "srl", updates: 6, learningRate: 3e-4, maxTokens: 24 }] }`,
  seeds: "[1]",
  evaluation: `{ benchmarks: { easy: { domain: "relay", tier: "easy", problems: 2 } } }`,
  more: "",
};

/** What becomes of a bad input. */
export interface Refusal {
  /** The process's exit code. */
  readonly exitCode: number;
  /** What is printed on stderr, with DIR for the folder. */
  readonly message: string;
  /** Files whose content changed, appeared or disappeared. */
  readonly touched: readonly string[];
}

/** The text of an experiment file. */
export function experimentText(changes: Partial<Parts>): string {
  const { more, ...parts } = { ...RIGHT, ...changes };
  const module = import.meta.resolve("../../src/experiment/experiment.ts");
  const fields = Object.entries(parts).map(([key, text]) => `  ${key}: ${text},`).join("\n");
  return `import { experiment } from "${module}";\nexport default experiment({\n${fields}\n${more}\n} as never);\n`;
}

/** Every file under a folder with its content. */
async function snapshot(dir: string, under = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    const path = `${dir}/${name}`;
    if (isDirectory) {
      found.set(`${under}${name}/`, "");
      for (const entry of await snapshot(path, `${under}${name}/`)) found.set(...entry);
    } else {found.set(
        `${under}${name}`,
        new TextDecoder("latin1").decode(await Deno.readFile(path)),
      );}
  }
  return found;
}

/** A folder with earlier results and the files of a case, whose texts may say DIR; removed at the end. */
export class BadProject implements AsyncDisposable {
  readonly dir = Deno.makeTempDirSync();

  /** Writes earlier results, the experiment file where there is a text, and the files. */
  async fill(
    text: string | null,
    files: Readonly<Record<string, string | Uint8Array>> = {},
  ): Promise<void> {
    const earlier = {
      "results/bad/table.md": "| earlier |",
      "results/bad/cells.json": '{"cells":[]}',
    };
    const all: Record<string, string | Uint8Array> = { ...earlier, ...files };
    if (text !== null) all["bad.ts"] = text;
    for (const [name, content] of Object.entries(all)) {
      const path = `${this.dir}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      if (typeof content !== "string") await Deno.writeFile(path, content);
      else await Deno.writeTextFile(path, content.replaceAll("DIR", this.dir));
    }
  }

  /** What is in the folder. */
  async snapshot(): Promise<Map<string, string>> {
    return await snapshot(this.dir);
  }

  /** Runs the experiment in this process. */
  async refusal(): Promise<Refusal> {
    const before = await this.snapshot();
    let ending = { exitCode: 0, message: "" };
    try {
      await runExperiment({ file: `${this.dir}/bad.ts`, jobs: 1, command: [] }, {
        root: `${this.dir}/.stepwise`,
        results: `${this.dir}/results`,
        stageCommand: [Deno.execPath(), "eval", "Deno.exit(9)"],
        columns: null,
        signal: new AbortController().signal,
        writeResults: () => Promise.reject(new Error("results were to be written")),
        write: () => {},
      });
    } catch (error) {
      ending = endingOf(error);
    }
    return {
      ...ending,
      message: ending.message.replaceAll(this.dir, "DIR"),
      touched: this.changed(before, await this.snapshot()),
    };
  }

  /** Names of the files that differ between two snapshots. */
  changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((name) => before.get(name) !== after.get(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}
