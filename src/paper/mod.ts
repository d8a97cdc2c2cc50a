/** @file From results to a paper: text whose figures are bound to results by name. */
export { buildPaper, type BuiltPaper, type PaperRequest } from "./build_paper.ts";
export {
  type ComparisonFamily,
  type TestedFamily,
  type TestedPair,
  testFamily,
} from "./comparisons.ts";
export {
  paper,
  type PaperConstant,
  type PaperDeclaration,
  type PaperFigure,
  type PaperSources,
  type PaperTableDeclaration,
} from "./declaration.ts";
export type { PaperResults } from "./experiment_results.ts";
export {
  besidePublished,
  comparisonTable,
  type LaidOutTable,
  scoreTable,
  stackTables,
} from "./paper_table.ts";
