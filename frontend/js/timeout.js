// Warns before the session ends, and lets the person stay. The page says its limit in minutes in
// data-idle; nothing is stored in the browser. Tabs of the same person tell each other.
import { hasUnsentWords } from "./leaving.js";
import { token } from "./token.js";

const MINUTE = 60_000;

export function startTimeout() {
  const dialog = document.querySelector("dialog[data-idle]");
  if (!dialog?.showModal) return;

  const idle = Number(dialog.dataset.idle) * MINUTE;
  const warn = Number(dialog.dataset.warn || 5) * MINUTE;
  const left = dialog.querySelector("[data-left]");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("vs-session") : null;
  let endsAt = Date.now() + idle;
  let shown = "";

  function extended(tellOthers) {
    endsAt = Date.now() + idle;
    shown = "";
    if (dialog.open) dialog.close();
    if (tellOthers) channel?.postMessage("extended");
  }

  channel?.addEventListener("message", () => extended(false));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) extended(true);
  });

  dialog.querySelector("[data-stay]")?.addEventListener("click", async () => {
    try {
      const reply = await fetch(dialog.dataset.stayUrl, {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      });
      if (reply.ok) extended(true);
    } catch {
      // Offline: the dialog stays, and the words are still in the page.
    }
  });

  setInterval(() => {
    const remaining = endsAt - Date.now();
    if (remaining > warn) return;
    const minutes = Math.max(0, Math.ceil(remaining / MINUTE));
    const words = minutes > 1 ? `in ${minutes} minutes` : minutes === 1 ? "in 1 minute" : "now";
    if (left && words !== shown) {
      left.textContent = words;
      shown = words;
    }
    if (!dialog.open && remaining > 0) {
      const unsent = hasUnsentWords();
      dialog.querySelector("[data-unsent]").hidden = !unsent;
      dialog.querySelector("[data-sent]").hidden = unsent;
      dialog.showModal();
    }
  }, 5000);
}
