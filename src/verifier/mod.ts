/** @file The answer verifier. */
export type { How } from "./compare.ts";
export { extractAnswer, type Extraction, type Found } from "./extract.ts";
export { type AnswerVerdict, verifyAnswer, type VerifyOptions } from "./verify_answer.ts";
