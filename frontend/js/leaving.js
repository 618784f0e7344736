// Warns before a page is left with long words that nobody was sent. A form that saves itself
// (autosave.js) watches its own; here are all others.
let sending = null; // the form that is on its way

const isOurs = (form) =>
  form.method === "post" && !form.hasAttribute("data-autosave") && form !== sending;

// Refused words came back with the page: they stand there as they were typed, and are not saved.
const isUnsent = (area) =>
  area.value !== area.defaultValue ||
  (area.value.trim() !== "" && Boolean(document.querySelector(".govuk-error-summary")));

export function startLeaving() {
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sending = event.target;
  });
  for (const [target, again] of [[window, "pageshow"], [document, "input"]]) {
    target.addEventListener(again, () => {
      sending = null;
    });
  }
  window.addEventListener("beforeunload", (event) => {
    const areas = [...document.querySelectorAll("form textarea")];
    if (areas.some((area) => isOurs(area.form) && isUnsent(area))) event.preventDefault();
  });
}

// Asks all who watch, without leaving.
export function hasUnsentWords() {
  return !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
}
