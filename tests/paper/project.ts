/** @file A folder with an experiment, its results as a run would leave them, and a paper about it. */
import { loadExperiment } from "../../src/experiment/load.ts";
import { planExperiment } from "../../src/experiment/plan.ts";
import type { Outcome } from "../../src/results/outcome.ts";
import { writeResults } from "../../src/results/write_results.ts";

const root = new URL("../../", import.meta.url);
const module = (path: string) => JSON.stringify(new URL(path, root).href);

const EXPERIMENT = (updates: number) => `
import { experiment, relay, rlvr, srl } from ${module("mod.ts")};
const shared = { updates: ${updates}, learningRate: 1e-3 };
const policy = { init: {
  hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 64, max_position_embeddings: 256,
} };
export default experiment({
  name: "pair", question: "Which is better?", policy: { tiny: policy },
  data: relay({ tier: "easy", train: 6, validation: 4 }), seeds: [1, 2],
  arms: { srl: [srl(shared)], rlvr: [rlvr(shared)] },
  evaluation: { samples: 2, benchmarks: { hard: relay({ tier: "hard", problems: 12 }) } },
});
`;

const PAPER = `
import { comparisonPlot, comparisonTable, paper, scoreTable } from ${module("mod.ts")};
const of = "pair";
export default paper({
  title: "A pair", authors: ["Nobody"], text: "text.typ", layout: "layout.typ", references: "references.yml",
  experiments: { pair: "DIR/pair.ts" }, arms: { srl: "SRL", rlvr: "RLVR" },
  comparisons: { pair: { of, columns: ["hard avg@2", "hard thought"], pairs: [["srl", "rlvr"]] } },
  figures: { scores: { from: [of], caption: "Scores.", plot: ({ results }) => comparisonPlot(results(of).table) } },
  tables: {
    main: { from: [of], caption: "Scores.", make: ({ results }) => scoreTable(results(of).table) },
    tests: { from: [of], caption: "Tests.", make: ({ tests }) => comparisonTable([["pair", tests("pair").tests]]) },
  },
  constants: { ten: { value: "10", source: "by definition" } },
});
`;

/** A text that calls every function. */
export const TEXT = `= Results
#fig("scores") #tab("main") #tab("tests")
@fig-scores and @tab-main: SRL solves #num("pair/srl/hard greedy") %; #verdict("pair", "srl", "rlvr", "hard avg@2");
in length, #verdict("pair", "srl", "rlvr", "hard thought"). #summary("pair"), of #const("ten") or so.
#ranking("pair", "hard avg@2") after #setting("pair", "arms/srl/0/updates") updates at
#setting("pair", "arms/srl/0/learningRate"); #published("Qwen2.5-7B-Instruct", "SRL", "average") @source.
$ x = 1 / 2 $
`;

const REFERENCES = 'source: { type: article, title: "A source", author: "Somebody", date: 2025 }\n';

/** The folder; removed at the end. */
export class Project implements AsyncDisposable {
  private constructor(readonly dir: string) {}

  /** A folder with whole results from a clean tree. */
  static async create(): Promise<Project> {
    const project = new Project(await Deno.makeTempDir());
    await project.write("pair.ts", EXPERIMENT(4));
    await project.write("paper.ts", PAPER.replace("DIR", project.dir));
    await project.write("layout.typ", await Deno.readTextFile(new URL("paper/layout.typ", root)));
    await project.write("references.yml", REFERENCES);
    await project.write("text.typ", TEXT);
    await project.results();
    return project;
  }

  /** What `buildPaper` is asked. */
  request(draft = false): { file: string; results: string; draft: boolean } {
    return { file: `${this.dir}/paper.ts`, results: `${this.dir}/results`, draft };
  }

  /** Declares other stages than those that the results are of. */
  async redeclare(): Promise<void> {
    await this.write("other.ts", EXPERIMENT(5));
    await this.write("paper.ts", PAPER.replace("DIR/pair.ts", `${this.dir}/other.ts`));
  }

  async write(name: string, content: string): Promise<void> {
    await Deno.writeTextFile(`${this.dir}/${name}`, content);
  }

  async read(name: string): Promise<Uint8Array> {
    return await Deno.readFile(`${this.dir}/${name}`);
  }

  /** Writes results: SRL solves all but one problem, RLVR one. */
  async results(dirty = false): Promise<void> {
    const { cells, stages } = await planExperiment(await loadExperiment(`${this.dir}/pair.ts`));
    const outcomes = cells.flatMap(({ arm, size, seed }) =>
      Array.from({ length: 12 }, (_, p) =>
        [0, 0, 1].map((sample, i): Outcome => ({
          arm,
          size,
          seed,
          benchmark: "hard",
          decoding: i === 0 ? "greedy" : "sampled",
          problem: `p${p}`,
          sample: i === 0 ? 0 : sample,
          correct: (p === 0) !== (arm === "srl"),
          extracted: "7",
          expected: "7",
          completion: `<think>${arm === "srl" ? "a long thought" : "short"}</think>7`,
          tokens: 9,
          truncated: false,
        }))).flat()
    );
    const metrics = cells.flatMap(({ arm, size, seed }) =>
      [0, 1].map((step) => (
        { arm, size, seed, stage: arm, position: 0, row: { step, kept: step, sampledTokens: 1e6 } }
      ))
    );
    const dir = `${this.dir}/results/pair`;
    await writeResults(dir, {
      outcomes,
      metrics,
      arms: ["srl", "rlvr"],
      columns: ["hard greedy", "hard avg@2", "hard pass@2"],
      title: "pair",
      question: "Which is better?",
      provenance: { dirty, commit: "0123abc" },
    });
    const kinds = new Map(stages.map(({ id, spec }) => [id, spec.kind]));
    await this.write(
      "results/pair/cells.json",
      JSON.stringify({
        cells: cells.map(({ arm, size, seed, training, evaluation }) => ({
          arm,
          size,
          seed,
          stages: [...training, evaluation].map((id) => ({ kind: kinds.get(id), id, dir: id })),
        })),
      }),
    );
    const provenance = {
      commit: "0123abc",
      dirty,
      versions: {},
      lock: null,
      runtime: null,
      cpu: "A",
      platform: "B",
      earlier: [],
    };
    await this.write(
      "results/pair/provenance.json",
      JSON.stringify({ stages: stages.map(({ id, spec }) => ({ id, config: spec, provenance })) }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}
