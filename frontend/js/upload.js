// How much of a chosen file has been sent, while a form marked data-upload sends it through htmx.

export function startUpload(root) {
  for (const form of root.querySelectorAll("[data-upload]")) {
    const progress = form.querySelector("progress");
    const button = form.querySelector("button");
    if (!progress || !window.htmx) continue;
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
