"""What a page says in Latin letters: on an Arabic page, only what has no Arabic."""

import re

from playwright.sync_api import Page

# Names of this system and of formats, codes that are the same in every language, and what a person typed as a code.
ALLOWED = {"Comity", "English", "PDF", "PNG", "JPEG", "JSON", "CSV", "XLSX", "TOTP", "IATI", "IQ", "IT"}
ALLOWED |= {"sex", "female", "male"}
# Names of browsers and systems, as the list of sessions tells them.
ALLOWED |= {"Safari", "Chrome", "Firefox", "Edge", "Opera", "Linux", "Windows", "Android", "iPhone", "iPad"}
# A grade of the Admiralty code (B2), ids, hashes and numbers of letters (SYN-2026/1) are no words.
WORD = re.compile(r"(?<![\w\u00ad-])[A-Za-z][A-Za-z’']+(?![\w\u00ad-])")
# Text that stands on the page in its own language (`lang`) is a person's, not the interface's; so are the names of the
# account's office and of an outlet, and what is kept as it was typed, such as the spellings of a name.
_VISIBLE = """() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const box = node.parentElement;
    if (box.closest("script, style, template, code, pre, textarea")) continue;
    if (box.closest("[lang=en], .person, .source bdi, ul.plain bdi")) continue;
    if (box.checkVisibility()) said.push(node.textContent);
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
    if (one.closest("[lang=en], .person")) continue;
    said.push(...["aria-label", "title", "placeholder"].map(name => one.getAttribute(name) || ""));
  }
  said.push(document.title);
  return said;
}"""


def english_words(page: Page, *, but: str = "") -> list[str]:
    """The words in Latin letters that the page shows, or says to a screen reader, and that it need not.

    `but` are words that somebody typed, which stand on the page as they were typed.
    """
    texts = page.evaluate(_VISIBLE)
    return sorted({word for text in texts for word in WORD.findall(text)} - ALLOWED - set(WORD.findall(but)))
