// Dead letters and quarantine, each with its reason and the command that replays it.

import { post } from "./ask.js";
import { say } from "./controls.js";
import { element, keep, shown } from "./elements.js";

const list = document.getElementById("letters");
const none = document.getElementById("no-letters");
const ran = document.getElementById("ran");
const command = document.getElementById("command");
const output = document.getElementById("output");

export function showLetters(letters) {
  none.hidden = letters.length > 0;
  keep(list, letters, (letter) => `${letter.queue} ${letter.id}`, row);
}

function row(letter) {
  const replay = element("button", { type: "button", textContent: "Replay" });
  replay.setAttribute("aria-label", `Replay ${reason(letter)} from ${letter.queue}, ${letter.id.slice(0, 8)}`);
  let force = false;
  replay.addEventListener("click", async () => {
    replay.disabled = true;
    replay.textContent = "Replaying..";
    const stays = await run(letter, force);
    replay.disabled = false;
    force ||= stays;
    replay.textContent = force ? "Force" : "Replay";
    // Disabled, it lost the focus.
    if (replay.isConnected) replay.focus();
    else document.getElementById("letters-heading").focus();
  });
  const facts = [letter.queue, letter.tenant?.slice(0, 8), letter.id.slice(0, 8), shown(letter.at)];
  if (letter.replayed > 0) facts.push(`replayed ${letter.replayed}×`);
  return element("li", {}, [
    element("div", {}, [
      element("p", {}, [element("strong", { textContent: reason(letter) }), element("span", { className: "quiet", textContent: letter.fault ?? "" })]),
      element("p", { className: "facts", textContent: facts.filter(Boolean).join(" · ") }),
    ]),
    replay,
  ]);
}

function reason(letter) {
  return letter.reason ?? "received too often";
}

// Whether it stays because it can never succeed: then the command with --force is offered.
async function run(letter, force) {
  const wish = { queue: letter.queue, id: letter.id, force };
  try {
    const done = await post("/replay", wish);
    ran.hidden = false;
    command.textContent = done.command;
    output.textContent = done.output;
    return done.status === 1;
  } catch (refused) {
    say(`It was not replayed: ${refused.message}`, true);
    return false;
  }
}
