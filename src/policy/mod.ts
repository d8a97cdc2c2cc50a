/** @file Policies: Qwen2-style decoders in Hugging Face layout, their tokenizers, and sampling from them. */
export {
  ChatTemplate,
  type ChatVariables,
  readChatTemplate,
  type TemplateMessage,
} from "./chat_template.ts";
export { type Choice, chooseToken, type SamplingOptions } from "./choose_token.ts";
export { type PolicyConfig } from "./config.ts";
export { DeviceWeights, type Precision } from "./device/weights.ts";
export { Generator, type GeneratorOptions } from "./generator.ts";
export { Adapter } from "./lora/adapter.ts";
export { type LoraConfig, TARGET_MODULES, type TargetModule } from "./lora/config.ts";
export { loadAdapter, saveAdapter } from "./lora/peft.ts";
export { type Lineage, type TrainingRecord } from "./model_card.ts";
export {
  type Entry,
  pack,
  type PackedBatch,
  type PackOptions,
  type PromptGroup,
} from "./packing.ts";
export { Policy, type WeightHolder } from "./policy.ts";
export { type EncodedPrompt, type Prompt, PromptEncoder, type Thinking } from "./prompt_encoder.ts";
export { type Completion, type GenerationOptions, type GenerationRequest } from "./row.ts";
export { Scorer, type ScorerOptions } from "./scorer.ts";
export { type Detokenizer, StopCondition } from "./stopping.ts";
export { trainBpe } from "./tokenizer/bpe_tokenizer.ts";
export { buildCharTokenizer } from "./tokenizer/char_tokenizer.ts";
export { StreamDecoder } from "./tokenizer/stream_decoder.ts";
export { Tokenizer } from "./tokenizer/tokenizer.ts";
export { type TokenizerFiles } from "./tokenizer/tokenizer_files.ts";
export { type Weights } from "./weights.ts";
