// The CSRF token of this page, and how to fetch a new one after someone signed in again elsewhere.

export function token() {
  return document.querySelector('input[name="csrfmiddlewaretoken"]')?.value ?? "";
}

// Signing in changes the token. Reads this same page again and puts the new one in every form.
export async function renewToken() {
  const reply = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  if (!reply.ok || reply.redirected) return false;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const fresh = page.querySelector('input[name="csrfmiddlewaretoken"]')?.value;
  if (!fresh) return false;
  for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) {
    input.value = fresh;
  }
  return true;
}
