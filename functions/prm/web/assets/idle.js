// Says a minute before a session ends that it will, and lets one stay: nobody loses what they are typing.
"use strict";

(() => {
  const MINUTE = 60_000;
  const place = document.getElementById("idle");
  const note = document.getElementById("idle-note");
  if (!place || !note) return;
  const whole = Number(place.dataset.seconds) * 1000;
  let began = 0;

  function wait() {
    began = Date.now();
    place.replaceChildren();
    setTimeout(warn, whole - MINUTE);
  }

  function warn() {
    place.append(note.content.cloneNode(true));
    place.querySelector("button").addEventListener("click", stay);
  }

  async function stay() {
    if (Date.now() - began >= whole) location.assign(place.dataset.stay); // too late: the way in
    await fetch(place.dataset.stay, { redirect: "manual", cache: "no-store" });
    wait();
  }

  wait();
})();
