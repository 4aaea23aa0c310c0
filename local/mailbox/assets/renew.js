// Renews the list in place, so that a mail shows up while one watches. Never while someone types or has moved down.
setInterval(async () => {
  const list = document.getElementById("letters");
  if (document.hidden || scrollY > 200 || list.contains(document.activeElement)) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("letters");
  if (fresh && fresh.innerHTML !== list.innerHTML) list.replaceWith(fresh);
}, 2000);
