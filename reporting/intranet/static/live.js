// Keeps the page less than a second behind the database: asks for it again and again, and puts in what has changed.

import { Idiomorph } from "./vendor/idiomorph/idiomorph.esm.js";

const EVERY = 400;
const AGAIN = 150;
const PATIENCE = 5000;
const BUSY = 503;
const pulse = document.getElementById("pulse");
const { live, stale } = document.body.dataset;

const KEEP = {
  // What somebody is filling in, or has opened, is theirs.
  beforeNodeMorphed: (old) => !(old instanceof HTMLFormElement),
  beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
};

function show(fresh) {
  for (const part of ["main", "footer"]) {
    Idiomorph.morph(document.querySelector(part), fresh.querySelector(part), { ignoreActiveValue: true, callbacks: KEEP });
  }
}

function say(text, good) {
  if (pulse.textContent !== text) pulse.textContent = text;
  pulse.classList.toggle("lost", !good);
  document.body.classList.toggle("lost", !good);
}

// So often, and once again soon where there was no room; less often where answers are slow: whoever watches must not be the burden.
function pause(since, soon) {
  const took = performance.now() - since;
  return Math.max((soon ? AGAIN : EVERY) - took, took);
}

async function refresh(again = false) {
  const since = performance.now();
  let busy = false;
  if (!document.hidden) {
    try {
      const response = await fetch(location.href, {
        headers: { "X-Live": "1" },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.status === 401) return location.reload();
      busy = response.status === BUSY;
      if (!response.ok && !busy) throw new Error(response.status);
      if (response.ok) {
        show(new DOMParser().parseFromString(await response.text(), "text/html"));
        say(live, true);
      }
    } catch {
      say(stale, false);
    }
  }
  const soon = busy && !again;
  setTimeout(refresh, pause(since, soon), soon);
}

say(live, true);
setTimeout(refresh, EVERY);
