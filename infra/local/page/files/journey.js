// Counters on arrows and queues. A counter that grew sends a dot along its arrow.

const DOTS = 3;
const isStill = window.matchMedia("(prefers-reduced-motion: reduce)");
const before = new Map();

export function showJourney({ flows, depths, cut, subscriptions }) {
  for (const data of document.querySelectorAll("[data-flow]")) {
    const name = data.dataset.flow;
    write(data, flows[name] ?? 0);
    const line = data.parentElement.querySelector(".line:not([data-moves])");
    if (line !== null) move(line, name, flows[name] ?? 0);
  }
  for (const line of document.querySelectorAll("[data-moves]")) {
    move(line, line.dataset.moves, flows[line.dataset.moves] ?? 0);
  }
  for (const data of document.querySelectorAll("[data-depth]")) {
    write(data, depth(depths, data.dataset.depth));
  }
  write(document.getElementById("held"), subscriptions.length);
  mark("graph", cut.graph);
  mark("ingest", cut.sqs);
  mark("quarantine", depth(depths, "quarantine") > 0);
  mark("dead", depth(depths, "dead") > 0);
  document.querySelector("[data-trouble=graph]").hidden = !cut.graph;
  document.querySelector("[data-trouble=sqs]").hidden = !cut.sqs;
}

function depth(depths, name) {
  const names = name === "dead" ? Object.keys(depths).filter((each) => each.endsWith("-dead-letters")) : [name];
  return names.reduce((sum, each) => sum + (depths[each]?.total ?? 0), 0);
}

function write(data, count) {
  if (data.value === String(count)) return;
  data.value = String(count);
  data.textContent = count.toLocaleString("en");
}

function mark(name, isSo) {
  document.querySelector(`[data-node=${name}]`).classList.toggle("marked", isSo);
}

function move(line, name, count) {
  const grown = count - (before.get(line) ?? count);
  before.set(line, count);
  if (grown <= 0 || isStill.matches || document.hidden) return;
  for (let dot = line.children.length; dot < Math.min(DOTS, grown); dot += 1) {
    const travelling = document.createElement("i");
    travelling.style.animationDelay = `${dot * 120}ms`;
    travelling.addEventListener("animationend", () => travelling.remove());
    line.append(travelling);
  }
}
