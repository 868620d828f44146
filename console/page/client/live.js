// Reads the page again while somebody looks, and shows what is new in place. Where there is no script the page
// is the same, and stands still.
const main = document.getElementById("content");
const button = document.getElementById("live");
const everyMs = Number(main.dataset.refresh) * 1_000;
let isOn = true;
let timer;

/** What somebody is about to use stays as it is: a field, a selection, an opened part. */
function isBusy() {
  const { activeElement } = document;
  const isField = activeElement?.matches("main input, main select, main textarea, main button");
  return isField || String(getSelection()) !== "" || main.querySelector("details[open]") !== null;
}

/** Where the keyboard is: the same link is found again by its address, a region by its name. */
function focusIn() {
  const { activeElement } = document;
  if (!activeElement || !main.contains(activeElement) || activeElement === main) return undefined;
  const address = activeElement.getAttribute("href");
  const name = activeElement.getAttribute("aria-label");
  const is = (one) =>
    one.getAttribute("href") === address && one.getAttribute("aria-label") === name;
  return is;
}

function show(next) {
  const is = focusIn();
  const scrolled = [...main.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
  main.replaceChildren(...next.childNodes);
  main.querySelectorAll(".scroll").forEach((box, i) => {
    box.scrollLeft = scrolled[i] ?? 0;
  });
  if (is) [...main.querySelectorAll("a, [tabindex]")].find(is)?.focus({ preventScroll: true });
}

async function refresh() {
  try {
    if (!document.hidden && !isBusy()) {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("content");
      if (isOn && next?.dataset.refresh) show(next);
      main.dataset.read = String(Number(main.dataset.read ?? 0) + 1);
    }
  } catch {
    // The console is away: what is shown says when it was read.
  }
  if (isOn) timer = setTimeout(refresh, everyMs);
}

button.hidden = false;
button.addEventListener("click", () => {
  isOn = !isOn;
  button.textContent = isOn ? "Live: on" : "Live: off";
  button.setAttribute("aria-pressed", String(isOn));
  clearTimeout(timer);
  if (isOn) refresh();
});
timer = setTimeout(refresh, everyMs);
