// Sends a file to storage with a bar that shows how far it is, and says at once what would be refused there.
// Waits for what is done with it elsewhere. Without this script both are plain pages.
"use strict";

(() => {
  const FIRST = 1500, LATEST = 15_000;
  const form = document.querySelector("form[data-upload]");
  if (form) form.addEventListener("submit", (event) => { event.preventDefault(); begin(); });
  if (document.querySelector("[data-wait]")) setTimeout(look, FIRST, FIRST);

  function begin() {
    const file = form.file.files[0];
    const wrong = refusal(file);
    say(wrong);
    if (!wrong) send(file);
  }

  function refusal(file) {
    const said = form.dataset;
    if (!file) return said.choose;
    if (file.size > Number(said.most)) return said.tooLarge;
    if (file.size === 0) return said.isEmpty;
    return /\.(csv|txt|tsv)$/i.test(file.name) ? "" : said.wrongType;
  }

  function say(wrong) {
    const place = document.getElementById("f-file-error");
    place.hidden = !wrong;
    place.lastElementChild.textContent = wrong;
    place.parentElement.classList.toggle("wrong", Boolean(wrong));
    form.file.toggleAttribute("aria-invalid", Boolean(wrong));
    if (wrong) form.file.focus();
  }

  function send(file) {
    const data = new FormData();
    for (const [name, value] of Object.entries(JSON.parse(form.dataset.direct))) data.append(name, value);
    data.append("file", file);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => show(event.loaded, event.total));
    request.addEventListener("load", () => (request.status === 201 ? location.assign(next()) : broke()));
    request.addEventListener("error", broke);
    request.open("POST", form.action);
    request.send(data);
    busy(true);
  }

  function next() {
    return form.elements.success_action_redirect.value;
  }

  function show(loaded, total) {
    const share = Math.floor((100 * loaded) / total);
    form.querySelector("progress").value = share;
    const words = `${form.dataset.sending}: ${Math.floor(share / 10) * 10}%`;
    const place = form.querySelector("[role=status]");
    if (place.textContent !== words) place.textContent = words; // a screen reader hears tens
  }

  function busy(is) {
    form.querySelector(".going").hidden = !is;
    form.querySelector(".actions").hidden = is;
  }

  function broke() {
    busy(false);
    say(form.dataset.brokenOff);
  }

  async function look(pause) {
    const later = Math.min(pause * 1.5, LATEST);
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("[data-wait]")) return location.reload();
      const place = document.querySelector("[data-wait] [role=status]"), now = page.querySelector("[data-wait] [role=status]");
      if (place.textContent !== now.textContent) place.textContent = now.textContent;
    } catch {
      // The next look may go through.
    }
    setTimeout(look, later, later);
  }
})();
