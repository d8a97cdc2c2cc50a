/** @file The groups of rollouts of one stage's batch. */
import { at, fillSelect, h } from "./dom.js";

const FILTERS = [
  ["", "all"],
  ["top", "top"],
  ["bottom", "bottom"],
  ["zero-variance", "zero variance"],
  ["format", "format failures"],
];

/** Text with its name beside it. */
function named(name, ...content) {
  return h("div", { class: "text" }, h("span", {}, name), h("pre", {}, ...content));
}

/** Runs of text, those in matching blocks marked. */
function marked(segments) {
  return segments.map(([text, inBlock]) => inBlock ? h("mark", {}, text) : text);
}

function signed(value) {
  return `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(3)}`;
}

function rollout(row) {
  const { advantage } = row;
  const facts = [
    h("b", {}, `rollout ${row.rollout}`),
    h("span", {}, row.reward === null ? "no reward" : `reward ${row.reward.toFixed(3)}`),
    advantage === null ? h("span", { class: "flag" }, "not trained on") : h(
      "span",
      { class: advantage > 0 ? "up" : advantage < 0 ? "down" : "" },
      `advantage ${signed(advantage)}`,
    ),
    ...Object.entries(row.parts).map(([name, value]) =>
      h("span", {}, `${name} ${value.toFixed(3)}`)
    ),
    h("span", {}, `${row.tokens} tokens`),
  ];
  return h(
    "div",
    { class: "rollout" },
    h("div", { class: "facts" }, ...facts),
    ...row.complaints.map((text) => h("div", { class: "complaint" }, text)),
    ...row.think === null ? [] : [named("think", row.think)],
    h(
      "div",
      { class: "beside" },
      named(row.isAction ? "action" : "wrote", ...marked(row.wrote)),
      named("expert", ...marked(row.expert)),
    ),
  );
}

function group({ group, instance, prompt, mean, flat, rollouts }) {
  const facts = ` ${instance} · ${mean === null ? "no reward" : `mean reward ${mean.toFixed(3)}`}`;
  return h(
    "article",
    { class: "group" },
    h(
      "h3",
      {},
      `group ${group}`,
      h("span", {}, facts),
      ...flat ? [h("span", { class: "flag" }, " · zero variance")] : [],
    ),
    named("prompt", prompt),
    ...rollouts.map(rollout),
  );
}

/** What is chosen, and its groups. */
export class Rollouts {
  constructor() {
    this.filter = "";
    this.from = 0;
    this.shown = "";
    this.asked = 0;
    this.last = "";
    at("stage").addEventListener("change", () => this.choose(at("stage").value));
    at("step").addEventListener("change", () => this.again());
    at("filters").append(...FILTERS.map(([value, text]) =>
      h("button", {
        "aria-pressed": String(value === this.filter),
        "data-filter": value,
        click: () => {
          this.filter = value;
          for (const button of at("filters").children) {
            button.setAttribute("aria-pressed", String(button.dataset.filter === value));
          }
          this.again();
        },
      }, text)
    ));
  }

  /** Takes a board: stages that have sampled something can be chosen. */
  board(board) {
    const stages = board.stages.filter(({ kind, state }) =>
      (kind === "srl" || kind === "rlvr") && state !== "waiting" && state !== "skipped"
    );
    fillSelect(at("stage"), stages.map(({ id, label }) => [id, label]));
    const stage = stages.find(({ id }) => id === at("stage").value);
    // A batch that is looked at stays; only the latest of a running stage is followed.
    const running = stage?.state === "running" && at("step").value === "";
    const key = `${stage?.id} ${running ? stage.done : stage?.state}`;
    if (key === this.shown) return;
    this.shown = key;
    this.load();
  }

  /** Shows a stage's latest batch. */
  choose(id) {
    at("stage").value = id;
    at("step").value = "";
    this.again();
  }

  /** Shows from the first group. */
  again() {
    this.from = 0;
    this.load();
  }

  async load() {
    const stage = at("stage").value;
    if (stage === "") {
      return at("groups").replaceChildren(
        h("p", { class: "empty" }, "No stage has sampled rollouts yet."),
      );
    }
    const asked = ++this.asked;
    const query = new URLSearchParams({
      stage,
      step: at("step").value,
      filter: this.filter,
      from: this.from,
    });
    const response = await fetch(`groups?${query}`).catch(() => null);
    // An answer that a later question has overtaken says nothing any more.
    if (asked !== this.asked) return;
    if (!response?.ok) {
      this.last = "";
      const why = response ? await response.text() : "the server does not answer";
      return at("groups").replaceChildren(h("p", { class: "complaint" }, why));
    }
    const text = await response.text();
    // Nothing moves under who reads, unless there is something new.
    if (text === this.last) return;
    this.last = text;
    this.show(JSON.parse(text));
  }

  show({ steps, step, total, groups, page }) {
    const latest = steps.at(-1);
    fillSelect(at("step"), [
      ["", latest === undefined ? "none yet" : `latest (after ${latest} updates)`],
      ...steps.toReversed().map((step) => [String(step), `after ${step} updates`]),
    ]);
    const last = Math.min(this.from + page, total);
    const turn = (by, text, possible) =>
      h("button", {
        disabled: possible ? null : "",
        click: () => {
          this.from += by;
          this.load();
        },
      }, text);
    at("pager").replaceChildren(
      turn(-page, "‹", this.from > 0),
      total === 0 ? " no groups " : ` ${this.from + 1}–${last} of ${total} groups `,
      turn(page, "›", last < total),
    );
    const nothing = step === null
      ? "This stage has left no rollouts."
      : "No group of this batch is of this kind.";
    at("groups").replaceChildren(
      ...groups.length > 0 ? groups.map(group) : [h("p", { class: "empty" }, nothing)],
    );
  }
}
