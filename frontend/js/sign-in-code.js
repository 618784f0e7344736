// A QR code carries its code after a "#", which no server sees: put it into the form, then out of sight.
export function startSignInCode() {
  const field = document.querySelector("[data-code-form] input[name=code]");
  const code = window.location.hash.slice(1);
  if (field && code) {
    if (!field.value) field.value = decodeURIComponent(code).slice(0, 40);
    window.history.replaceState(null, "", window.location.pathname);
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
