/** @file Reads tests/golden/engine_ops.json.gz: operators by PyTorch, see make_engine.py. */

/** An operand. */
export interface GoldenInput {
  /** `float` stands for the type that the case is run in. */
  readonly dtype: "float" | "int32" | "int64" | "bool";
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean)[];
  /** Gradient in float64; absent where none is taken. */
  readonly gradient?: readonly number[];
}

/** One call of an operator. */
export interface GoldenCase {
  readonly inputs: Readonly<Record<string, GoldenInput>>;
  /** The gradient that enters at the result. */
  readonly seed: readonly number[];
  /** The result in float64. */
  readonly output: { readonly shape: readonly number[]; readonly data: readonly number[] };
  /** Largest relative error of PyTorch's own float32. */
  readonly torch32: number;
}

/** Reads a file of golden values. */
export async function readGolden<T>(name: string): Promise<T> {
  const bytes = await Deno.readFile(new URL(`../../golden/${name}`, import.meta.url));
  const stream = new Blob([bytes]).stream();
  const text = name.endsWith(".gz") ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
  return await new Response(text).json();
}

/** The cases by name. */
export async function operatorCases(): Promise<Readonly<Record<string, GoldenCase>>> {
  const golden: { cases: Record<string, GoldenCase> } = await readGolden("engine_ops.json.gz");
  return golden.cases;
}
