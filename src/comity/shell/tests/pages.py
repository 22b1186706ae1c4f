"""A page as it can be compared with another: without what is new each time it is asked for."""

import re

# Tokens of forms, the key by which a form sent twice is known, the seconds until a sign-in ends, and in a workbook when
# it was written.
_NEW_EACH_TIME = re.compile(
    r'((?:name="(?:csrfmiddlewaretoken|once)" value|data-ends)="|<dcterms:(?:created|modified)[^>]*>)[^"<]*'
)


def settled(html: str, *addresses: str) -> str:
    """`html` without that, and without the page's own addresses, which it may name."""
    for address in addresses:
        html = html.replace(address, "")
    return _NEW_EACH_TIME.sub(r"\1", html)
