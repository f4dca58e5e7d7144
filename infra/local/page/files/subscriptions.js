// What is subscribed to, and how long each has to live.

import { post } from "./ask.js";
import { say } from "./controls.js";
import { element, keep } from "./elements.js";

const MOST_SECONDS = 4320 * 60;
const list = document.getElementById("subscriptions");

export function showSubscriptions(subscriptions) {
  const ordered = [...subscriptions].sort((one, other) => order(one).localeCompare(order(other)));
  keep(list, ordered, (held) => held.id, row, (child, held) => {
    child.querySelector("meter").value = held.secondsLeft;
    child.querySelector(".life").textContent = `${life(held.secondsLeft)} left`;
  });
}

function order(held) {
  return `${held.tenant} ${held.resource}`;
}

function row(held) {
  const drop = element("button", { type: "button", textContent: "Drop" });
  drop.title = "Graph removes it and says so: subscriptions makes it again, backfill reads what was missed";
  drop.setAttribute("aria-label", `Have Graph drop ${held.resource} of tenant ${held.tenant.slice(0, 8)}`);
  drop.addEventListener("click", async () => {
    drop.disabled = true;
    try {
      await post("/remove", { subscription: held.id });
      say("Graph dropped a subscription and says so: it is made again, and what was missed is read.", false);
    } catch (refused) {
      drop.disabled = false;
      say(`It was not dropped: ${refused.message}`, true);
    }
  });
  const meter = element("meter", { min: 0, max: MOST_SECONDS, value: held.secondsLeft });
  meter.setAttribute("aria-label", "remaining life");
  return element("li", {}, [
    element("div", {}, [
      element("p", {}, [element("strong", { textContent: held.resource }), element("span", { className: held.rich ? "tag rich" : "tag", textContent: held.rich ? "rich" : "basic" })]),
      element("p", { className: "facts", textContent: `tenant ${held.tenant.slice(0, 8)} · ` }, [element("span", { className: "life" })]),
      meter,
    ]),
    drop,
  ]);
}

function life(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
