/* Says in time that a session is about to end for want of acts, and leaves the page when it has. Words come from the
   page. What was typed is kept by the drafts of comity.js and put back after the next sign-in. */
(() => {
  "use strict";
  const page = document.body.dataset;
  const WARN = 120, KEEP = 240;
  let ends = Date.now() + Number(page.ends) * 1000, kept = Date.now(), shown = null, timer = 0;

  const say = (name) => {
    if (shown) return;
    shown = document.getElementById(name).content.firstElementChild.cloneNode(true);
    document.getElementById("main").prepend(shown);
    const stay = shown.querySelector("[data-stay]");
    if (stay) stay.addEventListener("click", () => ask("POST"));
  };
  const ask = async (method) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    try {
      const answer = await fetch(page.session, { method, headers: { "X-CSRFToken": token.value }, redirect: "manual" });
      if (!answer.ok) return leave();
      const left = await answer.json();
      ends = Date.now() + left.seconds * 1000;
      if (left.seconds > WARN) { if (shown) shown.remove(); shown = null; }
      else say(left.extends ? "session-idle" : "session-over");
      wait();
    } catch { wait(); }
  };
  /* What stands on a screen that nobody sits at is nobody's to read. */
  const leave = () => { page.leaving = "1"; location.replace(location.pathname + location.search); };
  const wait = () => {
    const left = (ends - Date.now()) / 1000;
    clearTimeout(timer);
    timer = setTimeout(() => (left <= 0 ? leave() : ask("GET")), 1000 * (left > WARN ? left - WARN + 1 : Math.max(left, 1)));
  };
  /* Writing is doing something. */
  document.addEventListener("input", () => {
    if (Date.now() - kept > KEEP * 1000) { kept = Date.now(); ask("POST"); }
  });
  wait();
})();
