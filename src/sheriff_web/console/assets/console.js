// Refreshes what stands on the page. Without it the page is whole, and reloads itself now and then.
"use strict";

const lost = document.getElementById("lost");
let reachedAt = new Date();

// Put each live element of `text` in the place of its older self, and leave alone what has not changed.
function renew(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  localise(fresh);
  for (const element of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(element.id);
    if (!old) continue;
    if (old.open) element.open = true; // a reader's own choice is kept
    if (old.isEqualNode(element)) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && [...old.querySelectorAll("a, summary")].indexOf(focused);
    // The element itself stays, so that a screen reader goes on listening to it.
    for (const { name, value } of element.attributes) old.setAttribute(name, value);
    old.replaceChildren(...element.childNodes);
    if (focused) old.querySelectorAll("a, summary")[place]?.focus({ preventScroll: true });
  }
}

// The reader's own time, when an instant is pointed at.
function localise(root) {
  for (const time of root.querySelectorAll("time:not([title])")) {
    time.title = new Date(time.dateTime).toLocaleString();
  }
}

async function refresh(region) {
  if (document.hidden) return;
  try {
    // As a page: once the session is over we are led to the form. A program is told 401, and then the browser itself
    // asks for a name and a password.
    const asked = { headers: { accept: "text/html" }, signal: AbortSignal.timeout(10_000) };
    const reply = await fetch(region.dataset.refresh, asked);
    if (reply.redirected || reply.status === 401) return location.reload();
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    renew(await reply.text());
    reachedAt = new Date();
    lost.hidden = true;
  } catch {
    // A page that stands still must not look like one that is quiet.
    if (lost.hidden) {
      lost.textContent = `sheriff does not answer this page. What you see is from ${reachedAt.toISOString().slice(11, 19)} UTC.`;
      lost.hidden = false;
    }
  }
}

localise(document);
for (const region of document.querySelectorAll("[data-refresh]")) {
  let busy = false;
  const turn = async () => {
    if (busy) return;
    busy = true;
    await refresh(region);
    busy = false;
  };
  setInterval(turn, region.dataset.everyS * 1000);
  document.addEventListener("visibilitychange", turn);
}
