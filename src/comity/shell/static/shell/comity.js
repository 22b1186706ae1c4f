/* What a page gains when scripts run; every page works without. Words come from the page, never from here. */
(() => {
  "use strict";
  /* What is there now, and what live.js puts in its place later: each once. */
  const each = (selector, action) => {
    const met = new WeakSet();
    const meet = () => document.querySelectorAll(selector).forEach((node, index) => {
      if (met.has(node)) return;
      met.add(node);
      action(node, index);
    });
    document.addEventListener("comity:changed", meet);
    meet();
  };
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;

  /* --- keyboard: "/" search, "g" and a letter to go, "?" help */
  let going = 0;
  const keys = document.getElementById("keys");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const find = document.querySelector(".find input");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    } else if (event.key === "?" && keys) {
      event.preventDefault();
      keys.open ? keys.close() : keys.showModal();
    } else if (event.code === "KeyG") {
      going = Date.now();
    } else if (Date.now() - going < 1500) {
      going = 0;
      /* The letter on the key, so that it works with an Arabic layout too. */
      const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
      const room = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
      if (room) { event.preventDefault(); location.assign(room.href); }
    }
  });
  each("[data-keys]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => keys.showModal());
  });

  /* --- one menu at a time, closed by Escape or a click elsewhere */
  const menus = () => [...document.querySelectorAll("details.menu")];
  document.addEventListener("click", (event) => {
    menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().filter((menu) => menu.open).forEach((menu) => { menu.open = false; menu.firstElementChild.focus(); });
  });

  /* --- an answer that refuses takes the focus, so that it is read first */
  const refused = document.getElementById("refused");
  if (refused) refused.focus();

  /* --- of the readers under each marking, those under the chosen one */
  each("[data-readers]", (list) => {
    const choice = document.getElementById(list.dataset.readers);
    const show = () => [...list.querySelectorAll("[data-choice]")].forEach((one) => {
      one.hidden = one.dataset.choice !== choice.value;
    });
    choice.addEventListener("input", show);
    show();
  });

  /* --- nothing typed is lost: kept in this tab until it is sent, for whoever typed it, except what is private (names) */
  const AGE = 12 * 3600 * 1000;
  /* Whose page this is; "" for a stranger: a session that ended leaves drafts, another account or a sign-out none. */
  const whose = document.body.dataset.drafts || "";
  const mine = `draft:${whose}:`;
  const drop = (others) => {
    try {
      Object.keys(sessionStorage).filter((key) => key === "sent" || key.startsWith("draft:"))
        .map((key) => [key, key === "sent" ? JSON.parse(sessionStorage.getItem(key)).place : key])
        .filter(([, place]) => !others || !place.startsWith(mine))
        .forEach(([key]) => sessionStorage.removeItem(key));
    } catch { /* storage is closed to us, and nothing was kept */ }
  };
  if (whose) drop(true);
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("sign-out") : null;
  if (tabs) tabs.addEventListener("message", () => drop(false));
  each("form[data-leaves]", (form) => form.addEventListener("submit", () => {
    drop(false);
    if (tabs) tabs.postMessage("");
  }));
  /* What was sent has arrived when the next page says so, or is any page but an error, a sign-in or the form itself. */
  try {
    const last = JSON.parse(sessionStorage.getItem("sent"));
    const said = document.querySelector("main > .notice.tone-good");
    const away = last && !last.place.startsWith(`${mine}${location.pathname}${location.search}:`);
    if (whose && (said || (away && !document.querySelector("[data-error], input[type=password]")))) {
      sessionStorage.removeItem(last.place);
      sessionStorage.removeItem("sent");
    }
  } catch { /* nothing was sent, or storage is closed to us and nothing was kept */ }
  if (whose) each("form[data-keep]", (form, index) => {
    const place = `${mine}${location.pathname}${location.search}:${index}`;
    const fields = () => [...form.elements].filter((field) =>
      field.name && !field.closest("[data-private]") &&
      !["hidden", "password", "file", "submit", "button"].includes(field.type));
    const read = () => fields().map((field) =>
      [field.name, field.value, field.type === "checkbox" || field.type === "radio" ? field.checked : null]);
    const shown = JSON.stringify(read());
    let sent = false;
    const store = (action) => { try { return action(sessionStorage); } catch { return null; } };

    const kept = store((all) => JSON.parse(all.getItem(place)));
    const fresh = kept && Date.now() - kept.at < AGE && !refused;
    if (fresh && JSON.stringify(kept.fields) !== shown) {
      const left = [...kept.fields];
      fields().forEach((field) => {
        const at = left.findIndex(([name, value, ticked]) =>
          name === field.name && (ticked === null || value === field.value));
        if (at < 0) return;
        const [[, value, ticked]] = left.splice(at, 1);
        if (ticked === null) field.value = value; else field.checked = ticked;
      });
      const note = document.getElementById("draft-restored").content.cloneNode(true);
      note.querySelector("[data-forget]").addEventListener("click", () => {
        store((all) => all.removeItem(place));
        sent = true;
        location.reload();
      });
      form.before(note);
    } else if (kept && !fresh) {
      store((all) => all.removeItem(place));
    }

    form.addEventListener("input", () => {
      const typed = read();
      store((all) => JSON.stringify(typed) === shown
        ? all.removeItem(place)
        : all.setItem(place, JSON.stringify({ at: Date.now(), fields: typed })));
    });
    /* What is sent stays kept until an answer came that is not this form again: a session may have ended. */
    form.addEventListener("submit", () => {
      sent = true;
      store((all) => all.setItem("sent", JSON.stringify({ place, at: Date.now() })));
    });
    window.addEventListener("beforeunload", (event) => {
      if (!sent && !document.body.dataset.leaving && JSON.stringify(read()) !== shown) event.preventDefault();
    });
  });
})();
