/** The voice: the browser's own, or, where it has none or is muted, as long a silence as the sentence would take. */

const CHARACTERS_PER_SECOND = 14;
const TO_BEGIN = 2_000; // milliseconds: a browser that has not begun by then will not speak
const LANGUAGES = { fr: "fr-FR", en: "en-GB" };

export class Voice {
  #language;
  #quick;
  #muted = false;
  #turn = 0;
  #fallSilent = () => {};
  #end = () => {};

  /** `quick`: no voice, and no waiting either. */
  constructor(locale, quick) {
    this.#language = LANGUAGES[locale] ?? locale;
    this.#quick = quick;
    window.speechSynthesis?.getVoices(); // some browsers begin to load them at the first request
  }

  /** Says the sentences one by one, telling `show` each as it begins; resolves to false if it was interrupted. */
  async say(sentences, show) {
    const turn = ++this.#turn;
    for (const sentence of sentences) {
      show(sentence);
      if (!this.#quick) await this.#one(sentence);
      if (turn !== this.#turn) return false;
    }
    return true;
  }

  /** Falls silent at once, and says no more. */
  interrupt() {
    this.#turn++;
    this.#end();
    window.speechSynthesis?.cancel();
  }

  get muted() { return this.#muted; }

  /** Mutes or unmutes: a sentence under way goes on silently. */
  set muted(muted) {
    this.#muted = muted;
    if (muted) this.#fallSilent();
  }

  /** Says one sentence: resolves at its end, aloud or silent, whatever the browser's voice does. */
  #one(sentence) {
    const began = performance.now();
    const length = (1000 * sentence.length) / CHARACTERS_PER_SECOND;
    return new Promise((resolve) => {
      let timer = 0;
      let utterance = null;
      const drop = () => {
        clearTimeout(timer);
        if (utterance) utterance.onstart = utterance.onend = utterance.onerror = null;
      };
      this.#end = () => { drop(); resolve(); };
      this.#fallSilent = () => {
        drop();
        window.speechSynthesis?.cancel();
        timer = setTimeout(resolve, began + length - performance.now());
      };
      const voice = this.#muted ? null : this.#choose();
      if (!voice) return this.#fallSilent();
      utterance = new SpeechSynthesisUtterance(sentence);
      utterance.lang = voice.lang;
      utterance.voice = voice;
      utterance.onend = this.#end;
      utterance.onerror = this.#fallSilent;
      utterance.onstart = () => {
        clearTimeout(timer);
        timer = setTimeout(this.#end, 3 * length + TO_BEGIN); // some browsers never say that they have ended
      };
      timer = setTimeout(this.#fallSilent, TO_BEGIN);
      window.speechSynthesis.speak(utterance);
    });
  }

  /** The best voice for the language: its own country's before others, this machine's before the network's. */
  #choose() {
    const worth = ({ lang, localService }) => 2 * (lang.replace("_", "-") === this.#language) + localService;
    const voices = window.speechSynthesis?.getVoices() ?? [];
    return voices
      .filter(({ lang }) => lang.startsWith(this.#language.slice(0, 2)))
      .sort((one, other) => worth(other) - worth(one))[0];
  }
}
