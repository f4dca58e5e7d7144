// Asks for the state twice a second and hands it to each part of the page.

import { showControls, startControls } from "./controls.js";
import { showEvents, startEvents } from "./events.js";
import { showJourney } from "./journey.js";
import { showLetters } from "./letters.js";
import { showSubscriptions } from "./subscriptions.js";

const PERIOD = 500;
const connection = document.getElementById("connection");

let wasThere = false;

async function look() {
  try {
    const answer = await fetch("/state");
    if (!answer.ok) throw new Error(answer.statusText);
    const state = await answer.json();
    say("live", true);
    showControls(state.cut);
    showJourney(state);
    showEvents(state.events);
    showLetters(state.letters);
    showSubscriptions(state.subscriptions);
  } catch {
    say(wasThere ? "make run has ended" : "no answer yet", false);
  }
  setTimeout(look, PERIOD);
}

function say(text, isThere) {
  wasThere ||= isThere;
  // Said again, a screen reader would read it again.
  if (connection.textContent !== text) connection.textContent = text;
  connection.classList.toggle("gone", !isThere);
}

startControls();
startEvents();
look();
