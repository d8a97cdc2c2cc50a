/** @file The policy that a training stage starts from. */
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import { RELAY_ALPHABET } from "../../domains/relay/format.ts";
import type { ResolvedData } from "../../experiment/data.ts";
import type { InitOptions } from "../../experiment/policy.ts";
import type { StagePolicy } from "../../experiment/specs.ts";
import type { PolicyConfig } from "../../policy/config.ts";
import { Policy } from "../../policy/policy.ts";
import { trainBpe } from "../../policy/tokenizer/bpe_tokenizer.ts";
import { buildCharTokenizer } from "../../policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../policy/tokenizer/tokenizer.ts";
import { InputError } from "../../errors.ts";

/** Tokens with a meaning of their own, in every tokenizer that is made here. */
const SPECIAL = ["<pad>", "<bos>", "<eos>", "<think>", "</think>"];
/** Vocabulary of a tokenizer learned from a file: small, as the policies are that start from nothing. */
const LEARNED_VOCABULARY = 1024;

/** Opens the policy that a stage starts from; `parent` is the folder that an earlier stage left it in. */
export async function startPolicy(
  policy: StagePolicy,
  parent: string | null,
  data: ResolvedData,
  tasks: TrainingTasks,
  seed: number,
): Promise<Policy> {
  if ("init" in policy) {
    const tokenizer = makeTokenizer(data, tasks);
    const config = configOf(policy.init, tokenizer);
    return Policy.random(config, tokenizer, seed, policy.init.initializer_range);
  }
  if (parent === null) throw new TypeError("a stage without a policy folder");
  return await Policy.load(parent);
}

function makeTokenizer(data: ResolvedData, tasks: TrainingTasks): Tokenizer {
  if (data.domain === "relay") return Tokenizer.of(buildCharTokenizer(RELAY_ALPHABET, SPECIAL));
  const { format } = tasks;
  const texts = (tasks.train ?? []).flatMap((task) => [
    format.question(task.problem),
    format.prompt.render(task.problem, task.steps),
  ]);
  return Tokenizer.of(trainBpe(texts, LEARNED_VOCABULARY, SPECIAL));
}

function configOf(init: Required<InitOptions>, tokenizer: Tokenizer): PolicyConfig {
  const headDim = init.hidden_size / init.num_attention_heads;
  if (headDim % 16 !== 0) {
    throw new InputError(
      `policy: num_attention_heads: expected heads whose width is a multiple of 16, found ` +
        `${init.hidden_size} / ${init.num_attention_heads} = ${headDim}`,
    );
  }
  return {
    vocabSize: tokenizer.vocabSize,
    hiddenSize: init.hidden_size,
    intermediateSize: init.intermediate_size,
    layers: init.num_hidden_layers,
    heads: init.num_attention_heads,
    kvHeads: init.num_key_value_heads,
    headDim,
    ropeTheta: init.rope_theta,
    rmsNormEps: init.rms_norm_eps,
    attentionBias: init.attention_bias,
    tieWordEmbeddings: init.tie_word_embeddings,
    maxPositions: init.max_position_embeddings,
    bosTokenId: tokenizer.tokenId("<bos>"),
    eosTokenIds: [tokenizer.tokenId("<eos>")],
    padTokenId: tokenizer.tokenId("<pad>"),
  };
}
