// Helps on the survey page; without it everything works by its buttons.
//
// 1. Heading, question and button follow the number chosen.
// 2. A reader who stays is not lost: what is chosen is saved as provisional, but only after a real tap or key, or when
//    the page was seen for two seconds. Programs that open links, pages loaded in advance and automated browsers save
//    nothing. Where a person's answer stands already, the page carries no data-dwell and nothing is saved at all.
"use strict";

(() => {
  const STAY = 2000;
  const SETTLE = 600; // arrow keys pass over numbers: wait until they rest

  const form = document.getElementById("answer");
  if (!form) return;
  const words = form.dataset;
  const part = (id) => document.getElementById(id);
  const chosen = () => form.elements.score.value;
  const filled = (text, score) => text.replace("{}", score);

  function follow() {
    const score = chosen();
    if (score === "") return;
    const heading = part("heading");
    if ("dwell" in words) {
      heading.textContent = filled(words.heading, score);
      part("lead").textContent = words.lead;
      part("ask").textContent = Number(score) >= Number(words.highFrom) ? words.high : words.low;
    } else {
      const same = score === words.old;
      heading.textContent = same ? words.headingOld : filled(words.heading, score);
      part("send").textContent = same ? words.buttonOld : filled(words.button, score);
    }
  }

  let timer = 0;
  let saved = "";
  let done = false;

  const seen = () => document.visibilityState === "visible" && document.hasFocus() && !document.prerendering;

  async function save() {
    const score = chosen();
    if (done || score === "" || score === saved || !seen()) return;
    const body = new URLSearchParams({ score, via: "dwell" });
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "omit", redirect: "error" });
      if (answer.status !== 204) { done = true; return; }
      saved = score;
      if (!done) part("saved").textContent = part("saved").dataset.text;
    } catch {
      // The button still sends it.
    }
  }

  function wait(time) {
    clearTimeout(timer);
    if (!done && seen()) timer = setTimeout(save, time);
  }

  // A program's click() makes a change event that counts as trusted; the pointer or key before it does not exist then.
  let byHand = false;
  for (const name of ["pointerdown", "keydown"]) {
    form.addEventListener(name, (event) => { byHand = event.isTrusted; });
  }

  form.addEventListener("change", (event) => {
    if (event.target.name !== "score") return;
    follow();
    if (byHand && event.isTrusted && !done && "dwell" in words && !navigator.webdriver) wait(SETTLE);
  });
  form.addEventListener("submit", () => { done = true; clearTimeout(timer); });
  window.addEventListener("pageshow", follow); // the browser may restore another number than the address names

  if (!("dwell" in words) || navigator.webdriver) return;
  const again = () => wait(STAY);
  for (const name of ["visibilitychange", "prerenderingchange"]) document.addEventListener(name, again);
  for (const name of ["focus", "blur"]) window.addEventListener(name, again);
  again();
})();
