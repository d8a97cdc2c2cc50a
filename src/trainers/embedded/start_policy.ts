/** @file The policy that a training stage starts from. */
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import { RELAY_ALPHABET } from "../../domains/relay/format.ts";
import type { ResolvedData } from "../../experiment/data.ts";
import type { InitOptions, ResolvedPolicy } from "../../experiment/policy.ts";
import type { StagePolicy } from "../../experiment/specs.ts";
import type { PolicyConfig } from "../../policy/config.ts";
import { CheckpointFiles } from "../../policy/checkpoint.ts";
import { type ChatVariables, readChatTemplate } from "../../policy/chat_template.ts";
import { Policy } from "../../policy/policy.ts";
import { PromptEncoder } from "../../policy/prompt_encoder.ts";
import { checkRunnable } from "../../policy/runnable.ts";
import { trainBpe } from "../../policy/tokenizer/bpe_tokenizer.ts";
import { buildCharTokenizer } from "../../policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../policy/tokenizer/tokenizer.ts";

/** Tokens with a meaning of their own, in every tokenizer that is made here. */
const SPECIAL = ["<pad>", "<bos>", "<eos>", "<think>", "</think>"];
/** Vocabulary of a tokenizer learned from a file: small, as the policies are that start from nothing. */
const LEARNED_VOCABULARY = 1024;

/** A policy's shape and tokenizer, before its weights are read or made. */
export interface PolicyStart {
  /** Shape of the decoder. */
  readonly config: PolicyConfig;
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** Prompts and completions to ids. */
  readonly prompts: PromptEncoder;
}

/**
 * Opens what an experiment declares a policy to be.
 *
 * @param chat Values for variables of its chat template.
 */
export async function openStart(
  policy: ResolvedPolicy,
  data: ResolvedData,
  tasks: TrainingTasks,
  chat: ChatVariables = {},
): Promise<PolicyStart> {
  const open = async () => {
    if ("checkpoint" in policy) {
      const files = await CheckpointFiles.open(policy.checkpoint);
      checkRunnable(files.config, `${policy.checkpoint}/config.json`);
      return { config: files.config, tokenizer: await files.tokenizer(), where: policy.checkpoint };
    }
    const tokenizer = makeTokenizer(data, tasks);
    return { config: configOf(policy.init, tokenizer), tokenizer, where: "a policy to initialise" };
  };
  const { config, tokenizer, where } = await open();
  const template = readChatTemplate(tokenizer.files, where, chat);
  return { config, tokenizer, prompts: new PromptEncoder(config, tokenizer, template) };
}

/** The policy that a stage starts from; `parent` is the folder that holds it, null where it is to be initialised. */
export async function startPolicy(
  policy: StagePolicy,
  parent: string | null,
  data: ResolvedData,
  tasks: TrainingTasks,
  seed: number,
  chat: ChatVariables = {},
): Promise<Policy> {
  if (parent !== null) return await Policy.load(parent, chat);
  if (!("init" in policy)) throw new TypeError("a stage without a policy folder");
  const { config, tokenizer } = await openStart(policy, data, tasks, chat);
  return Policy.random(config, tokenizer, seed, policy.init.initializer_range);
}

function makeTokenizer(data: ResolvedData, tasks: TrainingTasks): Tokenizer {
  if (data.domain === "relay") return Tokenizer.of(buildCharTokenizer(RELAY_ALPHABET, SPECIAL));
  const { format } = tasks;
  const texts = (tasks.train ?? []).flatMap((task) => [
    format.system,
    format.question(task.problem),
    format.prompt.render(task.problem, task.steps),
  ]);
  return Tokenizer.of(trainBpe(texts, LEARNED_VOCABULARY, SPECIAL));
}

function configOf(init: Required<InitOptions>, tokenizer: Tokenizer): PolicyConfig {
  return {
    vocabSize: tokenizer.vocabSize,
    hiddenSize: init.hidden_size,
    intermediateSize: init.intermediate_size,
    layers: init.num_hidden_layers,
    heads: init.num_attention_heads,
    kvHeads: init.num_key_value_heads,
    headDim: init.hidden_size / init.num_attention_heads,
    ropeTheta: init.rope_theta,
    ropeScaling: null,
    rmsNormEps: init.rms_norm_eps,
    attentionBias: init.attention_bias,
    qkNorm: false,
    tieWordEmbeddings: init.tie_word_embeddings,
    maxPositions: init.max_position_embeddings,
    bosTokenId: tokenizer.tokenId("<bos>"),
    eosTokenIds: [tokenizer.tokenId("<eos>")],
    padTokenId: tokenizer.tokenId("<pad>"),
  };
}
