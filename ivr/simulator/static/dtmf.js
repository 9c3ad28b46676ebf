/** The tones of a telephone's keys: two frequencies each (ITU-T Q.23). */

const LOW = { 1: 697, 2: 697, 3: 697, 4: 770, 5: 770, 6: 770, 7: 852, 8: 852, 9: 852, "*": 941, 0: 941, "#": 941 };
const HIGH = { 1: 1209, 4: 1209, 7: 1209, "*": 1209, 2: 1336, 5: 1336, 8: 1336, 0: 1336, 3: 1477, 6: 1477, 9: 1477, "#": 1477 };
const SECONDS = 0.12;
const LOUDNESS = 0.12;

let context = null;

/** Plays the tone of one key, where the browser can. */
export function playTone(key) {
  if (!window.AudioContext) return;
  context ??= new AudioContext();
  context.resume();
  const gain = context.createGain();
  const end = context.currentTime + SECONDS;
  gain.gain.setValueAtTime(LOUDNESS, context.currentTime);
  gain.gain.setTargetAtTime(0, end - 0.02, 0.008);
  gain.connect(context.destination);
  for (const frequency of [LOW[key], HIGH[key]]) {
    const tone = context.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(gain);
    tone.start();
    tone.stop(end + 0.05);
  }
}
