/** The line: what the telephone asks the server, and what it answers. */

const BASE = "/phone/";

/** An answer that is no conversation: `message` is for the person at the telephone. */
export class LineError extends Error {}

export class Line {
  constructor(networkMessage) {
    this.networkMessage = networkMessage;
    this.call = null;
  }

  dial(from) { return this.#post("dial", { from }); }
  keys(keys) { return this.#post("keys", { call: this.call, keys }); }
  dialled(reached) { return this.#post("dialled", { call: this.call, reached }); }
  hangUp() { return this.#post("hang-up", { call: this.call }); }

  async #post(verb, body) {
    let response, answer;
    try {
      response = await fetch(BASE + verb, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      answer = await response.json();
    } catch {
      throw new LineError(this.networkMessage);
    }
    if (!response.ok) throw new LineError(answer.error ?? this.networkMessage);
    this.call = answer.call;
    return answer;
  }
}
