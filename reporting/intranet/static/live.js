// Keeps the page less than a second behind the database: asks for it again and again, and puts in what has changed.

import { Idiomorph } from "./vendor/idiomorph/idiomorph.esm.js";

const EVERY = 700;
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

// Asks less often where answers are slow: whoever watches must not be the burden.
function pause(since) {
  return Math.max(EVERY, 3 * (performance.now() - since));
}

async function refresh() {
  const since = performance.now();
  if (!document.hidden) {
    try {
      const response = await fetch(location.href, {
        headers: { "X-Live": "1" },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.status === 401) return location.reload();
      if (!response.ok && response.status !== BUSY) throw new Error(response.status);
      if (response.ok) {
        show(new DOMParser().parseFromString(await response.text(), "text/html"));
        say(live, true);
      }
    } catch {
      say(stale, false);
    }
  }
  setTimeout(refresh, pause(since));
}

say(live, true);
setTimeout(refresh, EVERY);
