// A browser that comes back to a page puts back what was typed there, into a page made anew: with
// the newer words of others beneath, and what a save begins from as if they had been read. So a form
// that saves itself notes in the history entry what it began from, and goes on from that. No words
// are noted, only the hidden fields that say where a save begins.
const BASE = ["version", "window", "marks", "turn", "seen"];

export function startComingBack(form, saveAgain) {
  const field = (name) => form.querySelector(`input[type=hidden][name="${name}"]`);
  const rows = () =>
    [...form.querySelectorAll('input[type=hidden][name$="-id"]')].map((row) => row.value).join();

  function note() {
    const base = BASE.filter(field).map((name) => [name, field(name).value]);
    history.replaceState({ ...history.state, autosave: { base, rows: rows() } }, "");
  }

  window.addEventListener("pageshow", (event) => {
    const noted = history.state?.autosave;
    if (!event.persisted && noted) {
      // Rows have their names by their place: typed in one, it would stand in another's
      if (noted.rows !== rows()) controls(form).filter(inRow).forEach(reset);
      if (controls(form).some(isTyped)) {
        for (const [name, value] of noted.base) if (field(name)) field(name).value = value;
        saveAgain();
      }
    }
    note();
  });
  for (const name of ["htmx:afterSettle", "htmx:beforeRequest"]) {
    document.addEventListener(name, note);
  }
}

function controls(form) {
  return [...form.elements].filter(
    ({ name, type }) => name && !["hidden", "submit", "button", "file"].includes(type),
  );
}

function inRow({ name }) {
  return /-\d+-/.test(name);
}

function chosen(select) {
  const at = [...select.options].findIndex((option) => option.defaultSelected);
  return Math.max(at, 0);
}

function isTyped(control) {
  if (control.type === "checkbox" || control.type === "radio") {
    return control.checked !== control.defaultChecked;
  }
  if (control.type === "select-one") return control.selectedIndex !== chosen(control);
  return control.value !== control.defaultValue;
}

function reset(control) {
  if (control.type === "checkbox" || control.type === "radio") {
    control.checked = control.defaultChecked;
  } else if (control.type === "select-one") control.selectedIndex = chosen(control);
  else control.value = control.defaultValue;
}
