/** @file A teacher that rewrites solutions into steps. */
export type { RawSolution } from "./messages.ts";
export { checkRewrite, type Original, type Rewrite, rewriteSolutions } from "./rewrite.ts";
export {
  Teacher,
  type TeacherDeclaration,
  type TeacherOptions,
  type TeacherReply,
} from "./teacher.ts";
