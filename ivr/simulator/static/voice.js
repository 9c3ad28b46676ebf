/** The voice: the browser's own, or, where it has none or is muted, as long a silence as the sentence would take. */

const CHARACTERS_PER_SECOND = 14;
const LANGUAGES = { fr: "fr-FR", en: "en-GB" };

export class Voice {
  constructor(locale, quick) {
    this.language = LANGUAGES[locale] ?? locale;
    this.quick = quick;
    this.muted = false;
    this.turn = 0;
  }

  /** Says the sentences one by one, telling `show` each as it begins; resolves to false if it was interrupted. */
  async say(sentences, show) {
    const turn = ++this.turn;
    for (const sentence of sentences) {
      show(sentence);
      await this.#one(sentence);
      if (turn !== this.turn) return false;
    }
    return true;
  }

  /** Falls silent at once. */
  interrupt() {
    this.turn++;
    window.speechSynthesis?.cancel();
  }

  #one(sentence) {
    if (this.quick) return Promise.resolve();
    const silence = new Promise((done) => setTimeout(done, (1000 * sentence.length) / CHARACTERS_PER_SECOND));
    const voice = window.speechSynthesis?.getVoices().find((each) => each.lang.startsWith(this.language.slice(0, 2)));
    if (this.muted || !voice) return silence;
    return new Promise((done) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      utterance.lang = this.language;
      utterance.voice = voice;
      utterance.onend = utterance.onerror = done;
      window.speechSynthesis.speak(utterance);
    });
  }
}
