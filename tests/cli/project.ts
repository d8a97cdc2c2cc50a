/** @file A project folder of one test, in which the experiment command runs over fake stages. */
import { POLICY } from "../experiment/declarations.ts";

const ROOT = new URL("../../", import.meta.url);

/** What an experiment file imports, by module. */
const MODULES = {
  experiment: "experiment",
  data: "relay",
  sft: "sft",
  srl: "srl",
  rlvr: "rlvr",
};

/** A project folder of one test, with an experiment of five arms in it. */
export class Project implements Disposable {
  readonly dir = Deno.makeTempDirSync();

  constructor() {
    this.write(
      "five.ts",
      `const steps = srl({ updates: 60, learningRate: 3e-4 });
       export default experiment({
         name: "five", question: "Which is best?",
         policy: { "1m": ${JSON.stringify(POLICY)} },
         data: relay({ tier: "hard", train: 400 }),
         arms: { base: [], sft: [sft({ learningRate: 1e-3 })],
           rlvr: [rlvr({ updates: 60, learningRate: 3e-4 })], srl: [steps],
           "srl → rlvr": [steps, rlvr({ updates: 30, learningRate: 1e-4 })] },
         evaluation: { samples: 2, benchmarks: { hard: relay({ tier: "hard", problems: 2 }) } },
       });`,
    );
  }

  /** Writes an experiment file, behind the imports that it needs, which are all on its first line. */
  write(name: string, body: string): void {
    const imports = Object.entries(MODULES).map(([module, symbol]) => {
      const url = new URL(`src/experiment/${module}.ts`, ROOT).href;
      return `import { ${symbol} } from ${JSON.stringify(url)};`;
    });
    Deno.writeTextFileSync(`${this.dir}/${name}`, `${imports.join(" ")}\n${body}`);
  }

  /** Starts the command in the project. */
  start(args: readonly string[], fake = ""): Deno.ChildProcess {
    const config = new URL("deno.json", ROOT).pathname;
    const script = new URL("fake_experiment.ts", import.meta.url).href;
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "--no-check", "--config", config, script, ...args],
      cwd: this.dir,
      env: { FAKE_STAGE: fake, NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs the command to its end. */
  async run(
    args: readonly string[],
    fake = "",
  ): Promise<{ code: number; out: string; err: string }> {
    const { code, stdout, stderr } = await this.start(args, fake).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), err: text(stderr) };
  }

  /** Names in a folder of the project; null where there is none. */
  names(path: string): string[] | null {
    try {
      return [...Deno.readDirSync(`${this.dir}/${path}`)].map(({ name }) => name).sort();
    } catch {
      return null;
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}
