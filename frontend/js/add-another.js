// Adds a blank row to a repeating group. Without script the page shows one spare row and a button
// that saves and comes back with another.

export function startAddAnother(root, enhance) {
  for (const group of root.querySelectorAll("[data-add-another]")) {
    const button = group.querySelector("[data-add]");
    const blank = group.querySelector("template");
    const total = group.querySelector('input[name$="-TOTAL_FORMS"]');
    if (!button || !blank || !total || button.dataset.ready) continue;
    button.dataset.ready = "1";
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const holder = document.createElement("div");
      holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
      const row = holder.firstElementChild;
      blank.before(row);
      total.value = String(Number(total.value) + 1);
      enhance(row);
      row.querySelector("input:not([type=hidden]), textarea, select")?.focus();
      const most = Number(group.dataset.addAnother || 0);
      if (most && Number(total.value) >= most) button.hidden = true;
    });
  }
}
