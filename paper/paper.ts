/** @file The paper on the miniature reproduction: what its text, `stepwise.typ`, names. `deno task paper` makes it. */
import {
  besidePublished,
  comparisonPlot,
  comparisonTable,
  curvePlot,
  interleavingPlot,
  keptPlot,
  lengthPlot,
  paper,
  passAtKCurve,
  passAtKPlot,
  publishedRows,
  type ResultTable,
  scalingPlot,
  scoreTable,
  stackTables,
  winLossPlot,
} from "../mod.ts";
import { ASKED, DECOY, LETTERS, MODULUS } from "../src/domains/relay/problem.ts";
import { TIERS } from "../src/domains/relay/tiers.ts";

/** The measure that the claims are about. */
const HARD = "hard avg@8";

/** Some of a table's columns. */
function columns(table: ResultTable, ...labels: readonly string[]): ResultTable {
  return { ...table, columns: table.columns.filter(({ label }) => labels.includes(label)) };
}

export default paper({
  title: "Supervised reinforcement learning in miniature",
  authors: ["The Stepwise contributors"],
  text: "stepwise.typ",
  layout: "layout.typ",
  references: "references.yml",
  experiments: {
    main: "experiments/srl-vs-sft-vs-rlvr.ts",
    sampling: "experiments/dynamic-sampling.ts",
    granularity: "experiments/granularity.ts",
    size: "experiments/model-size.ts",
    reward: "experiments/reward-variants.ts",
    title: "experiments/title-in-context.ts",
    length: "experiments/reasoning-length.ts",
  },
  arms: {
    "sft reasoning": "SFT reasoning",
    "sft outline": "SFT outline",
    rlvr: "RLVR",
    "sft → rlvr": "SFT → RLVR",
    r3: "R3",
    srl: "SRL",
    "srl → rlvr": "SRL → RLVR",
    "srl, off": "SRL (off)",
    "rlvr, off": "RLVR (off)",
    "srl, title": "SRL (titles)",
    "srl, shorter": "SRL (shorter)",
    "srl, longer": "SRL (longer)",
  },
  comparisons: {
    main: {
      of: "main",
      columns: [HARD],
      pairs: [
        ["srl", "base"],
        ["srl", "sft reasoning"],
        ["srl", "sft outline"],
        ["srl", "rlvr"],
        ["srl", "r3"],
        ["srl → rlvr", "srl"],
        ["srl → rlvr", "sft → rlvr"],
        ["r3", "rlvr"],
        ["sft reasoning", "sft outline"],
      ],
    },
    kept: {
      of: "main",
      columns: ["easy avg@8"],
      pairs: [
        ["sft reasoning", "base"],
        ["sft outline", "base"],
        ["rlvr", "base"],
        ["r3", "base"],
        ["srl", "base"],
        ["srl → rlvr", "base"],
      ],
    },
    sampling: {
      of: "sampling",
      columns: [HARD],
      pairs: [["srl", "srl, off"], ["rlvr", "rlvr, off"]],
    },
    granularity: {
      of: "granularity",
      columns: [HARD],
      pairs: [["whole", "answer"], ["two steps", "whole"], ["step", "two steps"], [
        "step",
        "whole",
      ]],
    },
    size: { of: "size", columns: [HARD], pairs: [["srl", "base"], ["srl", "rlvr"]] },
    reward: {
      of: "reward",
      columns: [HARD],
      pairs: [
        ["similarity", "levenshtein"],
        ["similarity", "chrf"],
        ["similarity", "exact"],
        ["similarity", "likelihood"],
      ],
    },
    title: { of: "title", columns: [HARD], pairs: [["srl, title", "srl"]] },
    length: {
      of: "length",
      columns: [HARD, "hard thought"],
      pairs: [["srl", "base"], ["srl, shorter", "srl"], ["srl, longer", "srl"]],
    },
  },
  figures: {
    scores: {
      from: ["main"],
      caption: "What the arms of the main experiment solve, sampled.",
      plot: ({ results }) => comparisonPlot(columns(results("main").table, "easy avg@8", HARD)),
    },
    validation: {
      from: ["main"],
      caption: "Greedy accuracy on held-out hard problems while training.",
      plot: ({ results }) => {
        const { metrics, arms, note } = results("main");
        return curvePlot(metrics, "validation", { arms, note, oneScale: true });
      },
    },
    passk: {
      from: ["main"],
      caption: "What more samples are worth on hard problems.",
      plot: ({ results }) => {
        const { outcomes, arms, note } = results("main");
        return passAtKPlot(passAtKCurve(outcomes, "hard"), { arms, note, benchmark: "hard" });
      },
    },
    winloss: {
      from: ["main"],
      caption: "SRL and R3, hard problem by hard problem; this p is of one test, uncorrected.",
      plot: ({ results }) => {
        const { outcomes, arms, note } = results("main");
        return winLossPlot(outcomes, { first: "SRL", second: "R3", column: HARD, arms, note });
      },
    },
    kept: {
      from: ["sampling"],
      caption: "The share of sampled groups that have a spread of rewards.",
      plot: ({ results }) => {
        const { metrics, arms, note } = results("sampling");
        return keptPlot(metrics, { arms: [...arms], note });
      },
    },
    granularity: {
      from: ["granularity"],
      caption: "How much of a solution one action is.",
      plot: ({ results }) =>
        comparisonPlot(columns(results("granularity").table, "easy avg@8", HARD)),
    },
    size: {
      from: ["size"],
      caption: "The same training of policies of different size.",
      plot: ({ results }) => scalingPlot(columns(results("size").table, "easy avg@8", HARD)),
    },
    reward: {
      from: ["reward"],
      caption: "Greedy accuracy on held-out hard problems while training on different rewards.",
      plot: ({ results }) => {
        const { metrics, arms, note } = results("reward");
        return curvePlot(metrics, "validation", { arms, note, oneScale: true });
      },
    },
    length: {
      from: ["length"],
      caption:
        "Tokens of whole completions where thoughts are left alone, made shorter, or made longer.",
      plot: ({ results }) => {
        const { outcomes, arms, note } = results("length");
        return lengthPlot(outcomes, { arms, note, unit: "tokens" });
      },
    },
    interleaving: {
      from: ["main"],
      caption: "Where greedy solutions of hard problems think and where they act.",
      plot: ({ results }) => {
        const { outcomes, arms, note } = results("main");
        const seed = Math.min(...outcomes.map((row) => row.seed));
        const greedy = outcomes.filter((row) =>
          row.benchmark === "hard" && row.decoding === "greedy" && row.seed === seed
        );
        const problems = [...new Set(greedy.map(({ problem }) => problem))].slice(0, 2);
        const shown = arms.filter((arm) =>
          ["base", "RLVR", "R3", "SRL", "SRL → RLVR"].includes(arm)
        );
        const solutions = shown.flatMap((arm) =>
          greedy.filter((row) => row.arm === arm && problems.includes(row.problem)).map((row) => ({
            name: `${arm}, problem ${row.problem.split("-").at(-1)}`,
            text: row.completion,
          }))
        );
        return interleavingPlot(solutions, { note });
      },
    },
  },
  tables: {
    main: {
      from: ["main"],
      caption: "Main results.",
      wide: true,
      make: ({ results }) => scoreTable(results("main").table),
    },
    comparisons: {
      from: ["main"],
      caption: "Paired comparisons of the main experiment's arms.",
      wide: true,
      make: ({ tests }) =>
        comparisonTable([
          ["What is learnt: hard problems", tests("main").tests],
          ["What is kept: easy problems", tests("kept").tests],
        ]),
    },
    ablations: {
      from: ["granularity", "sampling", "reward", "title", "length", "size"],
      caption: "Ablations.",
      wide: true,
      make: ({ results }) =>
        stackTables([
          ["granularity", results("granularity").table],
          ["dynamic sampling", results("sampling").table],
          ["reward", results("reward").table],
          ["title in context", results("title").table],
          ["length of thoughts", results("length").table],
          ["size", results("size").table],
        ]),
    },
    differences: {
      from: ["granularity", "sampling", "reward", "title", "length", "size"],
      caption: "Paired comparisons within the ablations.",
      wide: true,
      make: ({ tests }) =>
        comparisonTable([
          ["granularity", tests("granularity").tests],
          ["dynamic sampling", tests("sampling").tests],
          ["reward", tests("reward").tests],
          ["title in context", tests("title").tests],
          ["length of thoughts", tests("length").tests],
          ["size", tests("size").tests],
        ]),
    },
    published: {
      from: ["main"],
      caption: "The same methods as published and as measured here.",
      make: ({ results }) =>
        besidePublished(
          results("main").table,
          HARD,
          publishedRows("Qwen2.5-7B-Instruct"),
          [
            ["base", "base"],
            ["SFT reasoning", "SFT (R1 reasoning)"],
            ["SFT outline", "SFT (R1 outline)"],
            ["RLVR", "RLVR"],
            ["SFT → RLVR", "SFT (outline) → RLVR"],
            ["R3", "R3"],
            ["SRL", "SRL"],
            ["SRL → RLVR", "SRL → RLVR"],
          ],
        ),
    },
  },
  constants: {
    modulus: { value: `${MODULUS}`, source: "the domain: src/domains/relay/problem.ts" },
    asked: { value: `${ASKED}`, source: "the domain: src/domains/relay/problem.ts" },
    letters: { value: `${LETTERS.length}`, source: "the domain: src/domains/relay/problem.ts" },
    decoy: { value: `${DECOY}`, source: "the domain: src/domains/relay/problem.ts" },
    chain: { value: `${TIERS.hard.chain}`, source: "the domain: src/domains/relay/tiers.ts" },
    decoys: { value: `${TIERS.hard.decoys}`, source: "the domain: src/domains/relay/tiers.ts" },
    easyLeast: {
      value: `${TIERS.easy.chain[0]}`,
      source: "the domain: src/domains/relay/tiers.ts",
    },
    easyMost: {
      value: `${TIERS.easy.chain.at(-1)}`,
      source: "the domain: src/domains/relay/tiers.ts",
    },
    million: { value: "10⁶", source: "a unit" },
    level: { value: "95 %", source: "of all intervals: src/results/interval.ts" },
    alpha: { value: "0.05", source: "of all families: src/paper/comparisons.ts" },
    examplePrompt: { value: "w=p+1;f=5;l=f+0", source: "a part of a problem, for illustration" },
    exampleAction: { value: "t=3", source: "an action, for illustration" },
    exampleAnswer: { value: "#534", source: "an answer, for illustration" },
    exampleThought: { value: "^bjryvxta8t5", source: "a thought, for illustration" },
    publishedModel: { value: "Qwen2.5-7B-Instruct", source: "the published table's base model" },
    publishedQuestions: { value: "1,000", source: "s1K-1.1, as published" },
  },
});
