// Reaches a passkey: a button asks the browser, its answer goes with the form. The page gives what the
// browser is to be asked in data-options; bytes travel as base64url.
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withBytes(options) {
  const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: named(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: named(options.excludeCredentials) }),
  };
}

function withText(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

export function startPasskey() {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;

  const button = form.querySelector("button[type=button]:not(.govuk-password-input__toggle)");
  const problem = form.querySelector("[data-passkey-problem]");
  const { publicKey } = JSON.parse(form.dataset.options);
  button.hidden = false;
  form.querySelector("[data-passkey-without]")?.remove();

  async function ask(event) {
    event.preventDefault();
    problem.hidden = true;
    try {
      const found = await navigator.credentials[form.dataset.passkey]({ publicKey: withBytes(publicKey) });
      form.elements.credential.value = JSON.stringify(withText(found));
      form.submit();
    } catch {
      problem.hidden = false; // cancelled, timed out, or none that fits
    }
  }

  button.addEventListener("click", ask);
  form.addEventListener("submit", ask); // Enter in the name's box
}
