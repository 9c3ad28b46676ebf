/** The line: what the telephone asks the server, and what it answers. */

const BASE = new URL("..", import.meta.url);
const PATIENCE = 20_000; // milliseconds for one answer: more than a carrier would wait

/** The line gave no answer to go on with: `message` is for the person at the telephone. */
export class LineError extends Error {}

/** One call, from its dialling to its end. */
export class Line {
  #call = null; // what the server wants back with the next request
  #underWay = Promise.resolve();
  #strings;

  constructor(strings) {
    this.#strings = strings;
  }

  dial(from) { return this.#post("dial", { from }); }
  keys(keys) { return this.#post("keys", { call: this.#call, keys }); }
  dialled(reached) { return this.#post("dialled", { call: this.#call, reached }); }

  /** Tells the server that the caller hung up, once it has answered what it was asked before. */
  async hangUp() {
    await this.#underWay.catch(() => {});
    if (this.#call) await this.#post("hang-up", { call: this.#call });
  }

  /** The same, from a page that is closing and will hear no answer. */
  drop() {
    if (!this.#call) return;
    const body = new Blob([JSON.stringify({ call: this.#call })], { type: "application/json" });
    navigator.sendBeacon(new URL("hang-up", BASE), body);
  }

  #post(verb, body) {
    this.#underWay = this.#send(verb, body);
    return this.#underWay;
  }

  async #send(verb, body) {
    const response = await fetch(new URL(verb, BASE), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => { throw new LineError(this.#strings.network); });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok || !answer.call) throw new LineError(answer.error ?? this.#strings.failed);
    this.#call = answer.call;
    return answer;
  }
}
