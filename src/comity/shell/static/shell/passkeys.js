/* Asks the browser for a passkey and sends what it gives. Words come from the page, never from here. */
(() => {
  "use strict";
  const forms = document.querySelectorAll("form[data-passkey]");
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  /* WebAuthn speaks in bytes, the wire in base64url. */
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const described = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (given) => {
    const key = { ...given.publicKey, challenge: bytes(given.publicKey.challenge) };
    if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
    if (key.excludeCredentials) key.excludeCredentials = described(key.excludeCredentials);
    if (key.allowCredentials) key.allowCredentials = described(key.allowCredentials);
    return key;
  };
  const answered = (credential) => {
    const { response } = credential;
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])])),
    };
  };

  const make = (form, publicKey) => {
    const alone = form.elements.passwordless.checked;
    const wants = { ...publicKey.authenticatorSelection, residentKey: alone ? "required" : "discouraged" };
    wants.requireResidentKey = alone;
    if (alone) wants.userVerification = "required";
    return navigator.credentials.create({ publicKey: { ...publicKey, authenticatorSelection: wants } });
  };
  const options = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  };

  document.querySelectorAll("[data-passkey-missing]").forEach((words) => { words.hidden = true; });
  forms.forEach((form) => {
    form.hidden = false;
    const refused = form.querySelector("[data-passkey-refused]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      refused.hidden = true;
      try {
        const publicKey = asked(await options(form));
        const credential = form.dataset.passkey === "create"
          ? await make(form, publicKey)
          : await navigator.credentials.get({ publicKey });
        form.elements.credential.value = JSON.stringify(answered(credential));
        form.submit();
      } catch {
        refused.hidden = false;
      }
    });
  });
})();
