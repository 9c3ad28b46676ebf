/**
 * The telephone: one call at a time, its keys, and the time that is left to press them.
 *
 * A call alternates between the line's turn (`sending`, then `speaking` or `dialling`) and the caller's (`waiting`), until it has
 * `ended`. The first key cuts the voice short. Keys pressed while an answer is under way are kept for the next question; whoever
 * presses them may take it for the PIN's, whatever it turns out to be, so they are shown as dots.
 */

import * as display from "./display.js";
import { playTone } from "./dtmf.js";
import { Line, LineError } from "./line.js";
import { Voice } from "./voice.js";

const KEYS = new Set("0123456789*#");
const { strings } = display;
const byId = (id) => document.getElementById(id);
const voice = new Voice(document.documentElement.lang, new URLSearchParams(location.search).has("quick"));

let line = null; // the call, while there is one
let clock = 0; // the ticking of its timer
let gather = null; // what the pending question takes
let secret = false; // whether it asks for the PIN
let heard = []; // what the line says this time
let unsaid = []; // of that, what it has not yet begun to say
let keys = ""; // pressed, and not yet sent
let blind = 0; // how many of them were pressed before the question was known
let timeout = 0;
let countdown = 0;

/** The keys as they may be shown. */
function shown(text) {
  const hidden = secret ? text.length : blind;
  return text.slice(0, hidden).replace(/[^#]/g, "●") + text.slice(hidden);
}

function dial() {
  line = new Line(strings);
  keys = "";
  display.clear();
  startClock();
  ask(line.dial(byId("caller").value.trim()));
}

function hangUp() {
  line.hangUp().catch(() => {}); // a line that does not answer has nothing to hang up
  finish();
  byId("call").focus({ preventScroll: true });
}

function finish() {
  line = null;
  keys = "";
  clearInterval(clock);
  cutIn();
  display.showKeyed("");
  display.showState("ended");
}

/** Waits for the line's answer, and goes on from it, unless the call is over by then. */
async function ask(request) {
  const asked = line;
  cutIn();
  gather = null;
  blind = keys.length;
  display.showState("sending");
  try {
    const answer = await request;
    if (asked === line) await take(answer);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    if (asked !== line) return;
    display.showFailure(error.message);
    finish();
  }
}

async function take(answer) {
  ({ gather, heard } = answer);
  secret = Boolean(answer.secret);
  unsaid = [...heard];
  display.showDocument(answer.twiml);
  if (answer.receipt && answer.ended) display.showReceipt(answer.receipt);
  if (!gather) keys = "";
  display.showKeyed(shown(keys));
  if (keys) return hear();
  display.showState(answer.dial ? "dialling" : "speaking");
  const toTheEnd = await voice.say(heard, (sentence) => {
    unsaid.shift();
    display.showSentence(sentence);
  });
  if (!toTheEnd) return;
  if (answer.ended) finish();
  else if (gather) wait();
}

/** Takes the keys pressed so far: they end the answer, or the line waits for more. */
function hear() {
  cutIn();
  const length = answerLength();
  if (length) send(length);
  else wait();
}

/** Silences the line, and stops the time. */
function cutIn() {
  voice.interrupt();
  display.showUnheard(unsaid);
  unsaid = [];
  clearTimeout(timeout);
  clearInterval(countdown);
  display.stopRing();
}

/** How many of the keys are the answer to the pending question; 0 if it is not complete. */
function answerLength() {
  const { digits, finish: end } = gather;
  const ended = keys.indexOf(end) + 1;
  const full = digits && keys.length >= digits ? digits : 0;
  return ended && full ? Math.min(ended, full) : ended || full;
}

function wait() {
  const until = Date.now() + 1000 * gather.timeout;
  const count = () => display.showSecondsLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
  display.showState("waiting");
  display.showSaying(heard.slice(-2).join(" ")); // the question stays in sight
  display.startRing(gather.timeout);
  count();
  countdown = setInterval(count, 200);
  timeout = setTimeout(() => send(keys.length), 1000 * gather.timeout);
}

/** Sends the first keys as the answer, and keeps what comes after them for the next question. */
function send(length) {
  const answer = keys.slice(0, length);
  const echo = shown(answer);
  keys = keys.slice(length);
  display.showAnswer(echo);
  ask(line.keys(answer));
  display.showKeyed(keys ? shown(keys) : echo);
}

function press(key) {
  playTone(key);
  display.flash(key);
  const sending = document.body.dataset.state === "sending";
  if (!line || !(gather || sending)) return;
  keys += key;
  if (sending) blind = keys.length;
  display.showKeyed(shown(keys));
  if (gather) hear();
}

function startClock() {
  const began = Date.now();
  const tick = () => display.showTimer(Math.floor((Date.now() - began) / 1000));
  clearInterval(clock);
  clock = setInterval(tick, 500);
  tick();
}

function type(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (line) hangUp();
  } else if (event.target === byId("caller")) {
    if (event.key === "Enter" && !line) dial();
  } else if (event.repeat && (event.key === "Enter" || KEYS.has(event.key))) {
    event.preventDefault(); // a key held down is one key
  } else if (KEYS.has(event.key)) {
    press(event.key);
  } else if (event.key === "Enter" && line && !event.target.matches("button, summary")) {
    press("#");
  }
}

for (const button of document.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => press(button.dataset.key));
  button.addEventListener("mousedown", (event) => event.preventDefault()); // a click must not take Enter from the line
}
byId("call").addEventListener("click", dial);
byId("hang-up").addEventListener("click", hangUp);
byId("reached").addEventListener("click", () => ask(line.dialled(true)));
byId("not-reached").addEventListener("click", () => ask(line.dialled(false)));
byId("mute").addEventListener("click", () => {
  voice.muted = !voice.muted;
  byId("mute").setAttribute("aria-pressed", String(voice.muted));
});
document.addEventListener("keydown", type);
window.addEventListener("pagehide", () => {
  if (!line) return;
  line.drop();
  finish();
});
if (matchMedia("(max-width: 56rem)").matches) byId("twiml-panel").open = false;
