// The last events. The list holds still while somebody is in it; a click shows one whole.

import { get } from "./ask.js";
import { element, keep, shown } from "./elements.js";

const rows = document.getElementById("events");
const none = document.getElementById("no-events");
const heldBack = document.getElementById("held-back");
const dialog = document.getElementById("content");
const heading = document.getElementById("content-heading");
const parts = document.getElementById("parts");
const data = document.getElementById("data");

export function startEvents() {
  document.getElementById("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (click) => {
    if (click.target === dialog) dialog.close();
  });
}

export function showEvents(events) {
  none.hidden = events.length > 0;
  const isHeld = rows.matches(":hover") || rows.querySelector(":focus-visible") !== null;
  const newest = Number(rows.firstElementChild?.dataset.key ?? 0);
  const newer = events.filter((event) => event.number > newest).length;
  if (isHeld && newest > 0) {
    heldBack.textContent = newer > 0 ? `${newer} more: the list holds still while you are in it` : "";
    return;
  }
  heldBack.textContent = "";
  keep(rows, events, (event) => event.number, row);
}

function row(event) {
  const open = element("button", { type: "button", className: "plain", textContent: event.type });
  open.addEventListener("click", () => show(event.number));
  const made = element("tr", {}, [
    element("td", { className: "time", textContent: shown(event.at) }),
    element("td", {}, event.asked === null ? [open] : [open, mine(event.asked)]),
    element("td", { className: "id", textContent: event.tenant.slice(0, 8) }),
    element("td", { textContent: event.origin }),
    element("td", { className: "number", textContent: after(event.milliseconds) }),
  ]);
  made.addEventListener("click", (click) => {
    if (!open.contains(click.target)) show(event.number);
  });
  return made;
}

function mine(asked) {
  return element("span", { className: "mine", textContent: `yours: ${asked}` });
}

function after(milliseconds) {
  if (milliseconds === null) return "";
  return milliseconds < 10_000 ? `${milliseconds.toLocaleString("en")} ms` : `${Math.round(milliseconds / 1000)} s`;
}

async function show(number) {
  let event;
  try {
    event = await get(`/events/${number}`);
  } catch (gone) {
    event = { error: gone.message };
  }
  const { data: resource, ...attributes } = event;
  heading.textContent = String(event.type ?? "Event").replace("microsoft.graph.", "");
  parts.replaceChildren(
    ...Object.entries(attributes).flatMap(([name, value]) => [
      element("dt", { textContent: name }),
      element("dd", { textContent: typeof value === "string" ? value : JSON.stringify(value) }),
    ]),
  );
  data.textContent = resource === undefined ? "in S3, as dataref says: it is over 1 MiB" : JSON.stringify(resource, null, 2);
  dialog.showModal();
}
