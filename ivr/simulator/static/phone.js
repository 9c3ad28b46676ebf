/**
 * The telephone: keys, display, timer.
 *
 * A call is in one state at a time (`body[data-state]`): idle, sending, speaking, waiting, dialling, ended. Keys pressed while a
 * webhook is under way are kept for the next question, as a hurried caller would have it.
 */

import { playTone } from "./dtmf.js";
import { Line, LineError } from "./line.js";
import { showTwiml } from "./twiml.js";
import { Voice } from "./voice.js";

const KEYS = "0123456789*#";
const strings = JSON.parse(document.getElementById("strings").textContent);
const byId = (id) => document.getElementById(id);
const line = new Line(strings.network);
const voice = new Voice(document.documentElement.lang, new URLSearchParams(location.search).has("quick"));

let gather = null; // what the pending question takes
let secret = false; // whether it asks for the PIN
let keys = ""; // pressed, and not yet sent
let timeout = 0;
let dialledAt = 0;
let ticking = 0;

function enter(state) {
  document.body.dataset.state = state;
  byId("status").textContent = strings[state] ?? "";
  const onTheLine = !["idle", "ended"].includes(state);
  byId("call").hidden = onTheLine;
  byId("call").textContent = state === "ended" ? strings.again : strings.call;
  byId("hang-up").hidden = !onTheLine;
  byId("reached").hidden = byId("not-reached").hidden = state !== "dialling";
}

const state = () => document.body.dataset.state;
const inCall = () => !["idle", "ended"].includes(state());
const masked = (text) => (secret ? text.replace(/[0-9*]/g, "●") : text);

function note(text, className = "") {
  const item = document.createElement("li");
  item.textContent = text;
  item.className = className;
  byId("transcript").append(item);
  item.scrollIntoView({ block: "nearest" });
}

function showKeys() {
  byId("keyed").textContent = masked(keys);
}

async function ask(request) {
  enter("sending");
  clearTimer();
  gather = null;
  try {
    await take(await request);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    byId("saying").textContent = error.message;
    note(error.message, "error");
    finish();
  }
}

async function take(answer) {
  if (!inCall()) return; // hung up meanwhile
  if (answer.twiml) showTwiml(byId("twiml"), answer.twiml);
  ({ gather, secret } = answer);
  showKeys();
  if (answer.receipt && answer.ended) showReceipt(answer.receipt);
  if (gather && keys && submitIfComplete()) return;
  enter(answer.dial ? "dialling" : "speaking");
  const heard = voice.say(answer.heard, (sentence) => {
    byId("saying").textContent = sentence;
    note(sentence);
  });
  if (keys) voice.interrupt();
  const toTheEnd = await heard;
  if (!inCall()) return;
  if (answer.ended) finish();
  else if (toTheEnd && answer.gather === gather && !answer.dial) {
    byId("saying").textContent = answer.heard.slice(-2).join(" "); // the question stays in sight
    wait();
  }
}

function wait() {
  enter("waiting");
  startTimer();
}

function startTimer() {
  clearTimer();
  const seconds = gather.timeout;
  const bar = byId("time-left");
  bar.style.animationDuration = `${seconds}s`;
  bar.classList.add("running");
  timeout = setTimeout(submit, 1000 * seconds);
}

function clearTimer() {
  clearTimeout(timeout);
  const bar = byId("time-left");
  bar.classList.remove("running");
  void bar.offsetWidth; // restarts the animation
}

function press(key) {
  if (!KEYS.includes(key)) return;
  playTone(key);
  flash(key);
  if (!inCall() || state() === "dialling") return;
  keys += key;
  showKeys();
  if (!gather) return;
  voice.interrupt();
  if (!submitIfComplete()) wait();
}

/** Sends the keys if they end the answer, and keeps what comes after them for the next question. */
function submitIfComplete() {
  const ending = keys.indexOf(gather.finish);
  const end = ending >= 0 ? ending + 1 : keys.length;
  const length = gather.digits ? Math.min(gather.digits, end) : end;
  if (ending < 0 && !(gather.digits && keys.length >= gather.digits)) return false;
  const now = keys.slice(0, length);
  keys = keys.slice(length);
  send(now);
  return true;
}

function submit() {
  const now = keys;
  keys = "";
  send(now);
}

function send(now) {
  note(now ? `${strings.keyed} : ${masked(now)}` : strings.silence, "me");
  byId("keyed").textContent = masked(now);
  ask(line.keys(now));
}

function dial() {
  keys = "";
  secret = false;
  byId("receipt").hidden = true;
  byId("transcript").replaceChildren();
  byId("saying").textContent = strings.calling;
  dialledAt = Date.now();
  clearInterval(ticking);
  ticking = setInterval(tick, 500);
  tick();
  ask(line.dial(byId("caller").value));
}

function hangUp() {
  voice.interrupt();
  line.hangUp().catch(() => {}); // the line notices by itself
  finish();
}

function finish() {
  voice.interrupt();
  clearTimer();
  clearInterval(ticking);
  gather = null;
  keys = "";
  enter("ended");
}

function tick() {
  const seconds = Math.floor((Date.now() - dialledAt) / 1000);
  byId("timer").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function showReceipt(receipt) {
  byId("receipt").querySelector("output").textContent = receipt.replace(/(\d{3})(\d{3})(\d)/, "$1 $2 $3");
  byId("receipt").hidden = false;
}

function flash(key) {
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 120);
}

for (const button of document.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => press(button.dataset.key));
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // a click must not take Enter from the line
}
byId("call").addEventListener("click", dial);
byId("hang-up").addEventListener("click", hangUp);
byId("reached").addEventListener("click", () => ask(line.dialled(true)));
byId("not-reached").addEventListener("click", () => ask(line.dialled(false)));
byId("mute").addEventListener("click", () => {
  voice.muted = !voice.muted;
  const label = voice.muted ? strings.unmute : strings.mute;
  byId("mute").setAttribute("aria-pressed", String(voice.muted));
  byId("mute").setAttribute("aria-label", label);
  byId("mute").title = label;
});
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && inCall()) hangUp();
  else if (KEYS.includes(event.key) && event.key.length === 1) press(event.key);
  else if (event.key === "Enter" && inCall() && !event.target.matches("button, summary")) press("#");
});
window.speechSynthesis?.getVoices(); // some browsers load them on the first request only
if (matchMedia("(max-width: 52rem)").matches) byId("twiml-panel").open = false;
