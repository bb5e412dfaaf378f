"""Is this request a person looking at the page, or a machine that only passes by?"""

import re

from flask import Request

_MACHINES = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternalhit|facebookcatalog|meta-external|^whatsapp/|"
    r"slack-imgproxy|embedly|iframely|vkshare|google-inspection|google-read-aloud|uptime|pingdom|statuscake",
    re.IGNORECASE,
)
"""Who fetches any link they come across without anybody seeing the page.

Apps whose built-in browser names itself are not in here, nor are scripts: a link that can't be guessed is called by
a script only if somebody meant to.
"""
_HANDHELD = re.compile(r"Mobi|Android|iPad|Silk/")
"""As the browsers of phones and most tablets name themselves. One that asks for the desktop's pages does not."""
_AHEAD_OF_TIME = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_visit(request: Request) -> bool:
    """True for a page load by a browser somebody sits at: not HEAD, not fetched ahead of time, no link previewer."""
    if request.method != "GET":
        return False
    purposes = " ".join(request.headers.get(name, "") for name in _AHEAD_OF_TIME).lower()
    if any(word in purposes for word in ("prefetch", "prerender", "preview")):
        return False
    agent = request.headers.get("User-Agent", "")
    return bool(agent) and not _MACHINES.search(agent)


def is_handheld(request: Request) -> bool:
    """Whether a phone says that it is one."""
    agent = request.headers.get("User-Agent", "")
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or bool(_HANDHELD.search(agent))
