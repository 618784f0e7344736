// Tells the service that this page goes to paper. The page says what the record calls the request that
// made it; what was opened with that request is what is printed.
import { token } from "./token.js";

export function startPrint() {
  const { writtenAs, printed } = document.body.dataset;
  if (!writtenAs || !printed) return;

  let told = false; // a preview may be drawn again and again before it is closed
  window.addEventListener("beforeprint", () => {
    if (told) return;
    told = true;
    fetch(printed, {
      method: "POST",
      credentials: "same-origin",
      keepalive: true, // it arrives although the tab is closed while the printer works
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      body: new URLSearchParams({ written_as: writtenAs }),
    }).catch(() => {
      told = false; // offline: the next try is told
    });
  });
  window.addEventListener("afterprint", () => { told = false; });
}
