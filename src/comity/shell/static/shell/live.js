/* Shows on an open page what happened meanwhile. A stream says "something after n"; the page then asks its own address
   again, and only what differs is put in place, so that focus, scroll and what is folded open stay. Never under
   somebody's hands: on a form, and while a field is typed in or focused, there is a notice instead. A hidden page
   waits. Words come from the page. */
(() => {
  "use strict";
  const main = document.getElementById("main");
  const stream = new URL(document.body.dataset.live, location.href);
  const LEAST = 1000, MOST = 10000, RESTS = 300000;
  const EDITS = "input:not([type=hidden], [type=submit], [type=button]), textarea, select, [contenteditable]";
  const WRITES = "form.form[method=post i]";  // what was read there is what is answered: nobody swaps it unasked
  const upTo = (page) => Number(new URL(page.body.dataset.live, location.href).searchParams.get("after"));
  let shown = upTo(document), heard = shown, last = -Infinity, gap = LEAST, timer = 0, busy = false;

  /* --- the stream, while somebody can see the page */
  let source = null, again = 0, failures = 0, opened = Infinity, over = false;
  const close = () => { clearTimeout(again); if (source) source.close(); source = null; };
  const later = (least) => {
    close();
    if (performance.now() - opened > 10000) failures = 0;
    opened = Infinity;
    const pause = Math.max(least, Math.min(RESTS, 1000 * 2 ** failures)) * (0.75 + Math.random() / 2);
    failures += 1;
    again = setTimeout(open, pause);
  };
  const open = () => {
    if (source || over || document.hidden) return;
    stream.searchParams.set("after", heard);
    source = new EventSource(stream, { withCredentials: true });
    source.addEventListener("open", () => { opened = performance.now(); });
    source.addEventListener("message", (event) => { failures = 0; heard = Math.max(heard, Number(event.data)); plan(); });
    source.addEventListener("full", () => later(60000));
    source.addEventListener("over", () => { over = true; close(); });
    source.addEventListener("error", () => later(0));
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    failures = 0;
    open();
    plan();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });

  /* --- asking again: one at a time, and the slower the node answers, the more seldom */
  const plan = () => {
    if (timer || busy || document.hidden || heard <= shown) return;
    timer = setTimeout(look, Math.max(0, last + gap - performance.now()));
  };
  const look = async () => {
    const began = performance.now();
    timer = 0;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { "Comity-Again": "1" }, redirect: "manual", cache: "no-store" });
      const fresh = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      if (fresh && fresh.body.dataset.live) {
        shown = Math.max(shown, upTo(fresh));
        take(fresh);
      } else if (answer.type === "opaqueredirect") {  /* signed out; idle.js leaves the page when it is time */
        over = true;
        close();
      } else if (answer.status < 500) {  /* what was here is here no more: whoever reads decides when to leave it */
        over = true;
        close();
        notice(() => location.reload());
      }
      gap = Math.min(MOST, Math.max(LEAST, 4 * (performance.now() - began)));
    } catch { gap = Math.min(MOST, 2 * gap); }
    last = performance.now();
    busy = false;
    if (!over) plan();
  };

  /* --- what differs. Tokens differ each time and say nothing; notices at the top are about what this tab did. */
  const TOKENS = /(name="(?:csrfmiddlewaretoken|once)" value=")[^"]*/g;
  const passing = (node) => node.nodeType === 1 && node.matches("#main > .notice[data-passing], #main > .notice[role=alert]");
  const parts = (node) => [...node.childNodes].filter((child) => !passing(child));
  const said = (node) => (node.nodeType === 1 ? node.outerHTML : node.nodeValue).replace(TOKENS, "$1").replace(/\s+/g, " ");
  const whole = (root) => parts(root).map(said).join("");
  const mark = (page) => page.querySelector("body > .marking");
  const state = (page) => page.title + (mark(page) ? said(mark(page)) : "") + whole(page.getElementById("main"));
  let served = state(document);

  const typed = (root) => [...root.querySelectorAll(EDITS)].some((field) =>
    field === document.activeElement || field.isContentEditable ||
    (field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
      : field.type === "file" ? field.value !== ""
        : field.options ? [...field.options].some((one) => one.selected !== one.defaultSelected) && field.selectedIndex > 0
          : field.value !== field.defaultValue));
  const take = (fresh) => {
    const now = state(fresh);
    if (now === served) return;
    const show = () => {
      served = now;
      put(fresh);
      document.getElementById("live-note").replaceChildren();
      const words = document.getElementById("live-said");
      words.textContent = "";
      setTimeout(() => { words.textContent = words.dataset.words; }, 100);
    };
    if (typed(main) || main.querySelector(WRITES)) notice(show); else show();
  };
  const notice = (show) => {
    const note = document.getElementById("live-note"), found = note.querySelector("button");
    if (!found) note.append(document.getElementById("live-changed").content.cloneNode(true));
    note.querySelector("button").onclick = () => { main.focus({ preventScroll: true }); show(); };
  };

  /* --- putting it in place. What belongs together is found by its id or by what it links to. */
  const key = (node) => {
    if (node.nodeType !== 1) return node.nodeName;
    const link = node.matches("a") ? node : node.querySelector("a[href]");
    return `${node.nodeName} ${node.id} ${link ? link.getAttribute("href") : ""}`;
  };
  const put = (fresh) => {
    const focus = document.activeElement, was = main.contains(focus) ? focus : null;
    document.title = fresh.title;
    const [here, there] = [mark(document), mark(fresh)];
    if (here && there && said(here) !== said(there)) here.replaceWith(document.adoptNode(there));
    patch(main, fresh.getElementById("main"));
    document.dispatchEvent(new Event("comity:changed"));
    if (was && !was.isConnected) {
      const link = was.getAttribute("href");
      const same = was.id ? document.getElementById(was.id) : link && main.querySelector(`a[href="${CSS.escape(link)}"]`);
      (same || main).focus({ preventScroll: true });
    }
  };
  const patch = (old, fresh) => {
    const [before, after] = [parts(old), parts(fresh)];
    const [were, are] = [before.map(said), after.map(said)];
    const kept = common(were, are);
    const left = before.map((node, i) => (kept.has(i) ? null : node));
    const pairs = new Map([...kept].map(([i, j]) => [j, before[i]]));
    let from = 0;
    after.forEach((node, j) => {
      if (pairs.has(j)) { from = before.indexOf(pairs.get(j)) + 1; return; }
      for (let i = from; i < left.length && left[i]; i += 1) {
        if (key(left[i]) !== key(node)) continue;
        if (change(left[i], node)) { pairs.set(j, left[i]); left[i] = null; from = i + 1; }
        return;
      }
    });
    left.forEach((node) => { if (node) node.remove(); });
    let next = [...old.childNodes].find((node) => !passing(node)) || null;
    after.forEach((node, j) => {
      const here = pairs.get(j);
      if (here) next = here.nextSibling; else old.insertBefore(document.adoptNode(node), next);
    });
  };
  /* Make `node` like `fresh` in place, if that can be done; a form is taken whole, and one that is typed in is left. */
  const change = (node, fresh) => {
    if (node.nodeType !== 1) { node.nodeValue = fresh.nodeValue; return true; }
    if (node.nodeName === "FORM" && typed(node)) return true;
    if (["FORM", "SELECT", "TEXTAREA", "INPUT", "TEMPLATE"].includes(node.nodeName) || node.closest("svg")) return false;
    [...node.attributes].forEach(({ name }) => { if (!fresh.hasAttribute(name) && name !== "open") node.removeAttribute(name); });
    [...fresh.attributes].forEach(({ name, value }) => {
      if (node.getAttribute(name) !== value && name !== "open") node.setAttribute(name, value);
    });
    patch(node, fresh);
    return true;
  };
  /* The longest common part of two lists, as pairs of places; of very long lists what is alike at both ends. */
  const common = (were, are) => {
    const found = new Map();
    let start = 0, end = 0;
    while (start < were.length && start < are.length && were[start] === are[start]) found.set(start, start++);
    while (end < were.length - start && end < are.length - start && were.at(-1 - end) === are.at(-1 - end)) {
      found.set(were.length - 1 - end, are.length - 1 - end);
      end += 1;
    }
    const [n, m] = [were.length - start - end, are.length - start - end];
    if (!n || !m || n * m > 40000) return found;
    const best = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
    for (let i = n - 1; i >= 0; i -= 1) for (let j = m - 1; j >= 0; j -= 1) {
      best[i][j] = were[start + i] === are[start + j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    }
    for (let i = 0, j = 0; i < n && j < m;) {
      if (were[start + i] === are[start + j]) found.set(start + i++, start + j++);
      else if (best[i + 1][j] >= best[i][j + 1]) i += 1; else j += 1;
    }
    return found;
  };
  /* What is not on the log, such as who does not answer, is asked for at the page's own pace, in seconds. */
  const paced = main.querySelector("[data-again]");
  if (paced) setInterval(() => { if (!document.hidden && !busy && !timer && !over) look(); }, 1000 * paced.dataset.again);
  open();
})();
