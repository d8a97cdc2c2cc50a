/** @file Inference: one interface, and what answers through it. */
export { answerAll, type AnswerProgress } from "./answer_all.ts";
export { EmbeddedInference, type EmbeddedOptions } from "./embedded_inference.ts";
export type { Inference, InferenceAnswer, InferenceRequest, TakeAnswer } from "./inference.ts";
export { Journal, journalKey } from "./journal.ts";
export { ServerInference, type ServerOptions } from "./server_inference.ts";
