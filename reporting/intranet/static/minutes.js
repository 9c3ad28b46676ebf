// Minutes by keyboard alone: Enter goes to the next figure, and the sum is told while it is keyed.

const form = document.getElementById("pv");
const balance = document.getElementById("balance");
const asWritten = document.getElementById("as-written");
const say = form?.dataset ?? {};
const figures = form ? [...form.querySelectorAll("input[inputmode=numeric]")] : [];

const value = (input) => (/^\d+$/.test(input.value.replaceAll(" ", "")) ? Number(input.value.replaceAll(" ", "")) : null);

function tell() {
  const [voters, ...ballots] = figures.map(value);
  const missing = ballots.filter((each) => each === null).length;
  const sum = ballots.reduce((total, each) => total + (each ?? 0), 0);
  const difference = sum - (voters ?? 0);
  const complete = voters !== null && !missing;
  const words = [];
  if (!complete) words.push(`${say.incomplete} ${(voters ?? 0) - sum}`);
  else if (difference) words.push(`${difference > 0 ? say.many : say.few} ${Math.abs(difference)}`);
  else words.push(say.balanced);
  if (say.electorate && (voters ?? 0) > Number(say.electorate)) words.push(`${say.over} ${say.electorate}`);
  balance.textContent = words.join(" · ");
  balance.classList.toggle("bad", complete && difference !== 0);
  balance.classList.toggle("good", complete && difference === 0);
  if (asWritten && complete) asWritten.hidden = difference === 0;
}

function goOn(event) {
  if (event.key !== "Enter") return;
  const place = figures.indexOf(event.target);
  if (place < 0 || place === figures.length - 1) return;
  event.preventDefault();
  if (event.target.reportValidity()) {
    figures[place + 1].focus();
    figures[place + 1].select();
  }
}

if (form) {
  form.addEventListener("input", tell);
  form.addEventListener("keydown", goOn);
  tell();
}
