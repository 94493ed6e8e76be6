"""Text that has broken pages before, and a reader that tells whether it broke this one."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = (
    "<script>window.owned=1</script>",
    "</script><script>window.owned=1</script>",
    "<img src=x onerror=window.owned=1>",
    '" onmouseover="window.owned=1',
    "' onfocus='window.owned=1",
    "javascript:window.owned=1",
    "`;window.owned=1;`",
    "${window.owned=1}",
    "\\`${window.owned=1}",
    "\\u003cscript\\u003ewindow.owned=1\\u003c/script\\u003e",
    "{{7*7}}",
    "{% for x in y %}",
    "$x$ and $$y$$",
    "[click](javascript:window.owned=1)",
    "![picture](http://example.invalid/x.png)",
    "<a href='http://example.invalid/'>x</a>",
    "a\u2028window.owned=1\u2029b",
    "url(http://example.invalid/x)",
    "]]><!-- --><!--/status-->",
    "line\nbreak\ttab\x00nul\x1bescape\u202ereversed\ufeff",
    "x" * 300,
)


class Elements(HTMLParser):
    """Every element with its attributes, and the text of the page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._skip = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._skip = tag in ("script", "style")

    def handle_endtag(self, tag):
        self._skip = False

    def handle_data(self, data):
        if not self._skip:
            self.text.append(data)


def assert_harmless(html: str) -> None:
    """No element or attribute of the page comes from a record."""
    for tag, attributes in Elements(html).elements:
        assert tag not in ("img", "iframe", "object", "embed", "base", "link", "form"), tag
        assert not any(name.startswith("on") for name in attributes), (tag, sorted(attributes))
        for name in ("src", "href", "action"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or value.endswith(".html"), (tag, name)
