// Tells the service every 30 seconds, while the tab can be seen, that this section is open,
// and shows who else is in it. Says "active" only if the person typed or clicked since.
import { token } from "./token.js";

const EVERY = 30_000; // milliseconds

export function startPresence() {
  const element = document.querySelector("[data-presence]");
  if (!element) return;

  let active = true;
  for (const name of ["input", "pointerdown", "keydown"]) {
    document.addEventListener(name, () => { active = true; }, { passive: true });
  }

  async function beat() {
    if (document.visibilityState !== "visible") return;
    const body = new URLSearchParams({ active: active ? "1" : "0" });
    active = false;
    try {
      const reply = await fetch(element.dataset.presence, {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-CSRFToken": token(), "HX-Request": "true" },
        body,
      });
      if (reply.status !== 200) return;
      const html = await reply.text();
      if (element.innerHTML.trim() !== html.trim()) element.innerHTML = html;
    } catch {
      // Offline: the save-state box says so.
    }
  }

  beat();
  setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", beat);
}
