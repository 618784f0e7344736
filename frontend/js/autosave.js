// What the save-state box says while a form marked data-autosave saves itself through htmx.
// The form carries hx-post, hx-trigger and hx-sync; this module watches, retries and warns.
import { startComingBack } from "./coming-back.js";
import { renewToken } from "./token.js";

const RETRY_SECONDS = [5, 15, 30, 60]; // then each minute
const SHOW_SAVING_AFTER = 400; // milliseconds

export function startAutosave() {
  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.htmx) return;

  let unsaved = false;
  let isLeaving = false; // a button sends the words: no save is to overtake it
  let sentAt = 0; // count of edits when the request left
  let edits = 0;
  let failures = 0;
  let retryTimer = null;
  let savingTimer = null;
  let told = "";
  let refused = false; // the page was closed to this person while they wrote

  const box = () => document.querySelector("[data-save-state]");

  // Announced once for each change of state, not for each save.
  function announce(state) {
    if (state === told) return;
    told = state;
    const line = document.querySelector("[data-save-announce]");
    if (line) line.textContent = box()?.textContent.replace(/\s+/g, " ").trim() ?? "";
  }

  function show(state) {
    const words = document.querySelector(`template[data-save-words="${state}"]`);
    const current = box();
    if (!words || !current) return;
    current.replaceChildren(words.content.cloneNode(true));
    current.dataset.saveState = state;
    announce(state);
  }

  function trySoon() {
    clearTimeout(retryTimer);
    const seconds = RETRY_SECONDS[Math.min(failures, RETRY_SECONDS.length) - 1] ?? 60;
    retryTimer = setTimeout(() => window.htmx.trigger(form, "vs:retry"), seconds * 1000);
  }

  function failed() {
    clearTimeout(savingTimer);
    failures += 1;
    show("failed");
    trySoon();
  }

  for (const name of ["input", "change"]) {
    form.addEventListener(name, (event) => {
      if (event.target.type === "file") return;
      unsaved = true;
      isLeaving = false;
      edits += 1;
    });
  }

  // Each save has a higher number than the last, so that one held up on its way is known as older.
  function takeTurn() {
    const turn = form.querySelector("#form-turn");
    if (!turn) return "0";
    turn.value = String(Number(turn.value) + 1);
    return turn.value;
  }

  form.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== form) return;
    if (isLeaving) event.preventDefault();
    else event.detail.parameters.turn = takeTurn();
  });

  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt !== form) return;
    if (refused) {
      event.preventDefault();
      return;
    }
    clearTimeout(retryTimer);
    sentAt = edits;
    savingTimer = setTimeout(() => show("saving"), SHOW_SAVING_AFTER);
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    clearTimeout(savingTimer);
    const status = event.detail.xhr?.status ?? 0;
    if (event.detail.xhr?.getResponseHeader("X-Words-Kept")) {
      refused = true;
      show("refused");
      if (sentAt === edits) unsaved = false;
    } else if (status === 401 || status === 403) {
      show("failed");
      askToSignIn();
    } else if (status >= 200 && status < 300) {
      failures = 0;
      if (sentAt === edits) unsaved = false;
    } else if (status === 409) {
      unsaved = false; // kept on the server as the person's own copy
    } else if (status === 422) {
      failures = 0; // the reply says what is wrong; it stays unsaved
    } else if (status >= 400) {
      failed(); // also when the plan is no longer this person's: never silent about words not kept
    } // status 0 arrives as sendError or timeout below
  });

  form.addEventListener("htmx:sendError", failed);
  form.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:afterSettle", () => {
    const state = box()?.dataset.saveState;
    if (state) announce(state);
  });

  window.addEventListener("online", () => {
    if (unsaved && failures) window.htmx.trigger(form, "vs:retry");
  });

  form.addEventListener("submit", () => {
    takeTurn();
    isLeaving = true;
    unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
  startComingBack(form, () => {
    unsaved = true;
    edits += 1;
    window.htmx.trigger(form, "vs:retry");
  });

  function askToSignIn() {
    const dialog = document.querySelector("dialog[data-signed-out]");
    if (!dialog || dialog.open) return;
    dialog.querySelector("[data-again]")?.addEventListener(
      "click",
      async () => {
        if (await renewToken()) {
          dialog.close();
          window.htmx.trigger(form, "vs:retry");
        } else {
          dialog.querySelector("[data-still-out]").hidden = false;
          askAgainOnNextClick(dialog);
        }
      },
      { once: true },
    );
    dialog.showModal();
  }

  function askAgainOnNextClick(dialog) {
    dialog.close();
    askToSignIn();
  }
}
