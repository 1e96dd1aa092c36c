"""Pages of the panel in one browser window, one after another, as Django's test client gets them.

Opening a page anew, its styles and axe-core with it, costs several times what is to be found out
about it. So only the first is opened; each further one takes its place in the same document. What
has a script of its own is opened nevertheless, for it may look otherwise than it was sent.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from tests.answering import Reply
from tests.journeys.test_accessibility import load_axe

SITE = "http://localhost"
# Styles that stand already stay: to read them again for every page is what costs most.
REPLACE = """async html => {
    const next = new DOMParser().parseFromString(html, "text/html");
    const root = document.documentElement;
    for (const { name } of [...root.attributes]) root.removeAttribute(name);
    for (const { name, value } of next.documentElement.attributes) root.setAttribute(name, value);

    const styles = (of) => [...of.querySelectorAll("head link[rel=stylesheet]")];
    const wanted = styles(next);
    const kept = new Map(styles(document).map((link) => [link.href, link]));
    const href = (link) => new URL(link.getAttribute("href"), location.href).href;
    for (const link of kept.values()) link.media = "not all";
    const loaded = wanted.map((link) => {
        const there = kept.get(href(link));
        if (there) return (there.media = link.media);
        return new Promise((done, fail) => {
            link.addEventListener("load", done);
            link.addEventListener("error", () => fail(new Error(link.outerHTML)));
            document.head.append(link);
        });
    });
    document.title = next.title;
    document.body.replaceWith(next.body);
    scrollTo(0, 0);
    await Promise.all(loaded);
    document.dispatchEvent(new Event("display-buttons"));
}"""


class Window:
    """A window in which `show` puts pages; axe-core is always there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._shown: Reply | None = None
        self._kept = ""  # the scripts of the page that was opened last
        page.route("**/*", self._answer)

    def show(self, path: str, reply: Reply, *, anew: bool = False) -> None:
        """Show a page that was asked for at a path; `anew` as a browser opens it."""
        html = reply.content.decode()
        scripts = "".join(part.split(">")[0] for part in html.split("<script")[1:])
        if anew or scripts != self._kept or "display.js" not in scripts or scripts.count("src") > 1:
            self._shown, self._kept = reply, scripts
            self.page.goto(SITE + path)
            load_axe(self.page)
        else:
            self.page.evaluate(REPLACE, html)

    def _answer(self, route: Route) -> None:
        """Give the browser the page to open, and the static files it asks for."""
        path = urlsplit(route.request.url).path
        if self._shown is not None and route.request.is_navigation_request():
            headers = dict(self._shown.items())
            route.fulfill(status=200, headers=headers, body=self._shown.content)
        elif file := finders.find(path.removeprefix(settings.STATIC_URL)):
            route.fulfill(path=Path(str(file)))
        else:
            route.fulfill(status=404)


def is_page(reply: Reply) -> bool:
    """Return whether a reply is a page: no file, redirection elsewhere or POST's address."""
    return reply.status_code == 200 and "html" in reply["Content-Type"]
