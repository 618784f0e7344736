// "Copy into this answer": puts last term's words after what is already written.

export function startCopy(root) {
  for (const button of root.querySelectorAll("[data-copy-to]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const answer = document.getElementById(button.dataset.copyTo);
      const source = button.closest(".vs-prev")?.querySelector("[data-copy-from]");
      if (!answer || !source) return;
      const words = source.textContent.trim();
      answer.value = answer.value.trim() ? `${answer.value.trimEnd()}\n\n${words}` : words;
      answer.dispatchEvent(new Event("input", { bubbles: true }));
      answer.focus();
    });
  }
}
