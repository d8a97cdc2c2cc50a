/** @file Listens to the server and shows what it says. */
import { showCells, showStatus } from "./cells.js";
import { Chart } from "./chart.js";
import { at, fillSelect } from "./dom.js";
import { Rollouts } from "./rollouts.js";

const chart = new Chart();
const rollouts = new Rollouts();
let source;

/** Listens anew, to what is chosen. */
function listen() {
  source?.close();
  const query = new URLSearchParams({
    experiment: at("experiment").value,
    metric: at("metric").value || "reward",
  });
  source = new EventSource(`events?${query}`);
  // A connection that broke begins from the first point again.
  source.addEventListener("open", () => chart.clear());
  source.addEventListener("experiments", ({ data }) => {
    fillSelect(at("experiment"), JSON.parse(data).map((name) => [name, name]));
  });
  source.addEventListener("board", ({ data }) => {
    const board = JSON.parse(data);
    showStatus(board);
    showCells(board, (id) => {
      rollouts.choose(id);
      at("rollouts-title").scrollIntoView({ behavior: "smooth" });
    });
    chart.board(board);
    rollouts.board(board);
  });
  source.addEventListener("points", ({ data }) => {
    const { points, metrics, metric } = JSON.parse(data);
    fillSelect(at("metric"), metrics.map((name) => [name, name]));
    at("metric").value = metric;
    chart.add(points);
  });
  source.addEventListener("problem", ({ data }) => {
    at("status").textContent = JSON.parse(data);
  });
  source.addEventListener("error", () => {
    at("status").textContent = "The watch command does not answer; trying again.";
  });
}

at("experiment").addEventListener("change", listen);
at("metric").addEventListener("change", listen);
listen();
