// A form marked data-upload sends a chosen file through htmx, and shows how much has been sent.
// Without a script its parts belong to the form of the words, which are saved along with the file.

export function startUpload(root) {
  for (const form of root.querySelectorAll("[data-upload]")) {
    const progress = form.querySelector("progress");
    const button = form.querySelector("button");
    if (!progress || !window.htmx) continue;
    for (const part of form.querySelectorAll("[form]")) part.removeAttribute("form");
    if (button) button.hidden = true; // choosing a file sends it
    form.addEventListener("htmx:beforeRequest", () => {
      progress.hidden = false;
    });
    form.addEventListener("htmx:xhr:progress", ({ detail }) => {
      if (detail.lengthComputable) progress.value = (100 * detail.loaded) / detail.total;
    });
    form.addEventListener("htmx:afterRequest", () => {
      progress.hidden = true;
    });
  }
}
