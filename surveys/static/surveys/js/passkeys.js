// Asks the browser for a passkey, or to make one, and sends its answer with the form around it.
// Without this script, or without passkeys in the browser, the code of an app is asked for.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
    letter.charCodeAt(0),
  );
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Return what the browser wants, from what our server wrote as JSON. */
function wanted(options) {
  const asked = options.publicKey;
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    for (const known of asked[list] ?? []) known.id = bytes(known.id);
  }
  return { publicKey: asked };
}

/** Return what our server reads, from what the browser gave. */
function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  const id = text(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response, clientExtensionResults: {} });
}

function offer(part) {
  const form = part.closest("form");
  const fault = part.querySelector("[data-fault]");
  part.hidden = false;
  part.querySelector("[data-do]").addEventListener("click", async () => {
    fault.hidden = true;
    try {
      const options = wanted(JSON.parse(part.dataset.options));
      const credential = await navigator.credentials[part.dataset.passkey](options);
      part.querySelector("[data-answer]").value = told(credential);
      form.submit();
    } catch {
      fault.hidden = false;
    }
  });
}

// Browsers bind passkeys to a name: an address of numbers has none.
const named = !/^[\d.]+$|:/.test(location.hostname);
if (window.PublicKeyCredential && navigator.credentials && named) {
  for (const part of document.querySelectorAll("[data-passkey]")) offer(part);
  for (const part of document.querySelectorAll("[data-no-passkeys]")) part.hidden = true;
}
