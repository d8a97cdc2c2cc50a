/** @file What the runtime keeps of earlier runs, given back. */
import { Graph } from "./graph.ts";
import { neg } from "./ops/arithmetic.ts";
import { HostTensor } from "./ort/ort.ts";
import { Program } from "./program.ts";

/**
 * Gives the memory that earlier runs took, and that the runtime keeps for the next ones, back to the system. For a change of
 * work: what follows a training step, with its activations, has no use for it. Takes about a millisecond, and the next run of
 * what was run before has to take its memory anew.
 *
 * @example
 * ```ts
 * releaseUnused();
 * ```
 */
export function releaseUnused(): void {
  const graph = new Graph();
  graph.output("y", neg(graph.input("x", "float32", [1])));
  using program = new Program(graph, { threads: 1 });
  using x = HostTensor.zeros("float32", [1]);
  using y = HostTensor.zeros("float32", [1]);
  // The runtime shrinks at the end of a run, whichever it is.
  using binding = program.bind({ x }, { y });
  binding.runAndShrink();
}
