/** @file The grid of cells: each a chain of stages with state and time left. */
import { at, bar, duration, h } from "./dom.js";

const GLYPHS = {
  waiting: "○",
  running: "▶",
  elsewhere: "⇄",
  done: "✓",
  cached: "✓",
  failed: "✗",
  skipped: "–",
  stopped: "■",
};

/** What stands under a stage's name. */
function detail({ state, done, total, left, start, end }) {
  if (state === "running") {
    const part = total > 0 ? `${Math.floor(100 * done / total)} %` : "starting";
    return left === null ? part : `${part}, ${duration(left)} left`;
  }
  if (state === "elsewhere") return "another process";
  if (state === "done" && start !== null && end !== null) {
    return `in ${duration((end - start) / 1000)}`;
  }
  return state;
}

/** One stage. It is a button where there are rollouts to look at. */
function chip(stage, choose) {
  const { id, kind, label, state, done, total, note } = stage;
  const samples = (kind === "srl" || kind === "rlvr") && state !== "waiting" && state !== "skipped";
  const inside = [
    h("span", { class: "glyph", "aria-hidden": "true" }, GLYPHS[state]),
    ` ${kind}`,
    h("small", {}, detail(stage)),
  ];
  if (state === "running") inside.push(bar(total > 0 ? done / total : 0));
  const attributes = {
    class: `chip ${state}`,
    title: [label, state, note].filter(Boolean).join("\n"),
  };
  return samples
    ? h("button", { ...attributes, "data-stage": id, click: () => choose(id) }, ...inside)
    : h("span", attributes, ...inside);
}

/** Shows a board's cells; `choose` is called with the id of a stage whose rollouts are asked for. */
export function showCells(board, choose) {
  const stages = new Map(board.stages.map((stage) => [stage.id, stage]));
  const seeds = [...new Set(board.cells.map(({ seed }) => seed))].sort((a, b) => a - b);
  const rows = new Map();
  for (const cell of board.cells) {
    const key = JSON.stringify([cell.arm, cell.size]);
    rows.set(key, [...rows.get(key) ?? [], cell]);
  }
  const head = ["arm", "size", ...seeds.map((seed) => `seed ${seed}`)];
  const body = [...rows.values()].map((cells) =>
    h(
      "tr",
      {},
      h(
        "th",
        { scope: "row", class: `arm${board.arms.indexOf(cells[0].arm) % 8}` },
        h("span", { class: "swatch" }),
        h("b", {}, cells[0].arm),
      ),
      h("td", {}, cells[0].size),
      ...seeds.map((seed) => {
        const cell = cells.find((cell) => cell.seed === seed);
        const chips = cell ? cell.stages.map((id) => chip(stages.get(id), choose)) : [];
        return h("td", {}, h("div", { class: "chain" }, ...chips));
      }),
    )
  );
  const table = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...body),
  );
  const focused = document.activeElement?.dataset?.stage;
  at("cells").replaceChildren(table);
  // A shared stage has a button in each of its cells; the first one will do.
  if (focused) at("cells").querySelector(`[data-stage="${CSS.escape(focused)}"]`)?.focus();
  const failed = board.stages.filter(({ state }) => state === "failed");
  at("failures").replaceChildren(
    ...failed.map(({ label, note }) => h("li", {}, `failed: ${label}: ${note}`)),
  );
}

/** Shows how the whole run stands. */
export function showStatus(board) {
  const over = board.stages.filter(({ state }) =>
    !["waiting", "running", "elsewhere"].includes(state)
  );
  const failed = board.stages.filter(({ state }) => state === "failed").length;
  const counts = `${over.length} of ${board.stages.length} stages`;
  const how = board.over
    ? `over, ${counts}`
    : board.live
    ? `running, ${counts}, about ${duration(board.left)} left`
    : `not running any more: its process ended without a word; ${counts}`;
  const running = board.stages.filter(({ state, total }) => state === "running" && total > 0);
  const done = running.reduce((sum, { done, total }) => sum + done / total, over.length);
  at("question").textContent = board.question;
  at("status").textContent = failed > 0 ? `${how}, ${failed} failed` : how;
  at("overall").firstElementChild.style.width = `${100 * done / board.stages.length}%`;
  document.title = `${board.name} – Stepwise`;
}
