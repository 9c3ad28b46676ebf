/** What the telephone shows: its display, its buttons, and the conversation beside it. It decides nothing. */

import { markSaid, showTwiml } from "./twiml.js";

const LONG = 70; // characters: a longer sentence is shown in smaller letters
const byId = (id) => document.getElementById(id);

export const strings = JSON.parse(byId("strings").textContent);

/** The state of the call: idle, sending, speaking, waiting, dialling or ended. */
export function showState(state) {
  const focused = document.activeElement;
  const onTheLine = !["idle", "ended"].includes(state);
  document.body.dataset.state = state;
  byId("status").textContent = strings[state];
  byId("call").hidden = onTheLine;
  byId("call").querySelector("span").textContent = state === "ended" ? strings.again : strings.call;
  byId("hang-up").hidden = !onTheLine;
  byId("reached").hidden = byId("not-reached").hidden = state !== "dialling";
  if (focused.hidden) byId(onTheLine ? "keypad" : "call").focus({ preventScroll: true });
}

/** An empty display and an empty conversation, for a new call. */
export function clear() {
  byId("receipt").hidden = true;
  byId("transcript").replaceChildren();
  showKeyed("");
  showSaying(strings.calling);
}

export function showSaying(text, failed = false) {
  byId("saying").textContent = text;
  byId("saying").classList.toggle("long", text.length > LONG);
  byId("saying").classList.toggle("failed", failed);
}

/** A sentence as the line begins to say it. */
export function showSentence(sentence) {
  showSaying(sentence);
  markSaid(byId("twiml"), sentence);
  note("theirs", sentence);
}

/** The sentences that the caller did not let the line say. */
export function showUnheard(sentences) {
  for (const sentence of sentences) note("theirs unheard", sentence, "", strings.unheard);
}

export function showAnswer(keys) {
  note(keys ? "mine" : "mine silent", keys || strings.silence, strings.you);
}

export function showFailure(message) {
  showSaying(message, true);
  note("failure", message);
}

/** What was keyed and not yet sent. */
export function showKeyed(keys) {
  byId("keyed").textContent = keys;
}

export function showDocument(twiml) {
  showTwiml(byId("twiml"), twiml);
}

/** The receipt as it is read: in groups of three digits, and the check digit. */
export function showReceipt(receipt) {
  byId("receipt").querySelector("output").textContent = receipt.replace(/(\d{3})(?=\d)/g, "$1 ");
  byId("receipt").hidden = false;
}

export function showTimer(seconds) {
  byId("timer").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The ring begins to run out, anew. */
export function startRing(seconds) {
  const ring = byId("time-left");
  stopRing();
  ring.style.animationDuration = `${seconds}s`;
  void ring.getBoundingClientRect(); // an animation begins anew only if the page was laid out without it
  ring.classList.add("running");
}

export function stopRing() {
  byId("time-left").classList.remove("running");
  byId("seconds").textContent = "";
}

export function showSecondsLeft(seconds) {
  byId("seconds").textContent = String(seconds);
}

export function flash(key) {
  const button = document.querySelector(`[data-key="${key}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 120);
}

function note(className, text, before = "", after = "") {
  const transcript = byId("transcript");
  const paragraph = document.createElement("p");
  paragraph.className = className;
  if (before) paragraph.append(aside(before), " ");
  paragraph.append(text);
  if (after) paragraph.append(" ", aside(after));
  transcript.append(paragraph);
  transcript.scrollTop = transcript.scrollHeight;
}

function aside(text) {
  const element = document.createElement("small");
  element.textContent = text;
  return element;
}
