// Keeps the page less than a second behind the database: asks for it again and again, and puts in what has changed.

import { Idiomorph } from "./vendor/idiomorph/idiomorph.esm.js";

const EVERY = 700;
const PATIENCE = 5000;
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

async function refresh() {
  if (!document.hidden) {
    try {
      const response = await fetch(location.href, {
        headers: { "X-Live": "1" },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.status === 401) return location.reload();
      if (!response.ok) throw new Error(response.status);
      show(new DOMParser().parseFromString(await response.text(), "text/html"));
      say(live, true);
    } catch {
      say(stale, false);
    }
  }
  setTimeout(refresh, EVERY);
}

say(live, true);
setTimeout(refresh, EVERY);
