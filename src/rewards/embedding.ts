/** @file How near in meaning an encoder finds the action to the expert's. */
import { cosine, SentenceEncoder } from "./sentence_encoder.ts";
import type { Term } from "./term.ts";

/** The choices of `embedding`. */
export interface EmbeddingOptions {
  /** Folder of the encoder in Hugging Face layout, relative to the working directory; it counts by its contents. */
  readonly model: string;
  /** Most tokens of a text; the rest is not seen. Default 256, as for all-MiniLM-L6-v2. */
  readonly maxTokens?: number;
}

/** A declared `embedding`. */
export interface EmbeddingDeclaration extends EmbeddingOptions {
  /** Tells the rewards apart. */
  readonly kind: "embedding";
}

/** An `embedding` with every default filled. */
export type ResolvedEmbedding = Required<EmbeddingDeclaration>;

/**
 * Declares the cosine of two sentence embeddings (Reimers and Gurevych, arXiv 1908.10084): the mean of an ONNX
 * encoder's last hidden states over all tokens, as sentence-transformers pools. Below 0 counts as 0. Range 0 to 1. Cost:
 * two passes of the encoder, one where the expert's action is that of the item before; about 12 ms each with all-MiniLM-L6-v2 on steps.
 *
 * Example: with all-MiniLM-L6-v2, a paraphrase of a step scores 0.81 and the step with a wrong result 0.90: a changed digit is hardly
 * seen, so never use it alone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(embedding({ model: "encoders/minilm" }), { kind: "embedding", model: "encoders/minilm" });
 * ```
 */
export function embedding(options: EmbeddingOptions): EmbeddingDeclaration {
  return { ...options, kind: "embedding" };
}

/**
 * Reads the encoder and compiles it.
 *
 * @throws {InputError} where the folder holds no encoder.
 */
export async function embeddingTerm({ model, maxTokens }: ResolvedEmbedding): Promise<Term> {
  // Lives as long as the process: a reward has no end of its own.
  const encoder = await SentenceEncoder.load(model, maxTokens);
  let last: { readonly text: string; readonly vector: Float64Array } | undefined;
  return {
    name: "embedding",
    range: [0, 1],
    cost: "one or two passes of the encoder",
    source: "arXiv 1908.10084",
    needs: {},
    format: "needed",
    score({ action }, { target }) {
      if (action === null) return { value: 0, parts: { embedding: 0, "embedding.cosine": 0 } };
      // The rollouts of a group come one after another and share their target.
      const text = target.trim();
      if (last?.text !== text) last = { text, vector: encoder.embed(text) };
      const found = cosine(encoder.embed(action), last.vector);
      const value = Math.min(1, Math.max(0, found));
      return { value, parts: { embedding: value, "embedding.cosine": found } };
    },
  };
}
