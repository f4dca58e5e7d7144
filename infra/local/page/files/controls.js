// The buttons that send something, and those that cut something off.

import { post } from "./ask.js";

const said = document.getElementById("said");

const SENT = {
  rich: "A rich one: its content comes sealed, decrypt opens it.",
  basic: "A basic one: it names a message, hydrate reads it from Graph.",
  large: "A large one: over 1 MiB, so it waits in S3 and a claim travels in its place.",
  deleted: "A deletion without content: ingest makes its event at once.",
  tampered: "A tampered one: its signature does not fit, so it becomes a dead letter.",
  unknown: "An unknown one: Graph sent it, its clientState is not ours, so it goes to quarantine.",
  forged: "A forged one: its token proves nothing. ingest drops it, and answers as ever.",
};

const NAMES = { graph: "Graph", sqs: "SQS" };

const CUT = {
  graph: [
    "Graph answers again: hydrate reads what has waited.",
    "Graph answers every read with 503, Retry-After: 5. What hydrate has to read waits on its queue.",
  ],
  sqs: [
    "SQS takes messages again: Graph delivers again what was sent back.",
    "SQS takes nothing from ingest, which answers 503. Graph keeps it and delivers again.",
  ],
};

export function startControls() {
  for (const button of document.querySelectorAll("[data-send]")) {
    const what = button.dataset.send;
    button.addEventListener("click", () => wish("/send", { what }, SENT[what]));
  }
  for (const button of document.querySelectorAll("[data-cut]")) {
    button.addEventListener("click", async () => {
      const what = button.dataset.cut;
      const off = !button.classList.contains("off");
      await wish("/cut", { what, off }, CUT[what][Number(off)]);
    });
  }
}

export function showControls(cut) {
  for (const button of document.querySelectorAll("[data-cut]")) {
    const isOff = cut[button.dataset.cut];
    button.classList.toggle("off", isOff);
    button.textContent = `${isOff ? "Restore" : "Cut off"} ${NAMES[button.dataset.cut]}`;
  }
}

async function wish(path, what, text) {
  try {
    await post(path, what);
    say(text, false);
  } catch (refused) {
    say(`It did not work: ${refused.message}`, true);
  }
}

export function say(text, isRefused) {
  said.textContent = text;
  said.classList.toggle("refused", isRefused);
}
