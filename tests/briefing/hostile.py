"""Text that has broken pages before, and a reader that tells whether it broke this one."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = (
    # elements and handlers
    "<script>window.owned=1</script>",
    "</script><script>window.owned=1</script>",
    "<SCRIPT SRC=http://example.invalid/x.js></SCRIPT>",
    "<scr<script>ipt>window.owned=1</scr</script>ipt>",
    "<script\n>window.owned=1</script\t>",
    "<img src=x onerror=window.owned=1>",
    "<img src=x onerror=&#119;indow.owned=1>",
    "<svg onload=window.owned=1>",
    "<svg><script>window.owned=1</script></svg>",
    "<svg><animate onbegin=window.owned=1 attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:window.owned=1'><text y=20>x</text></a></svg>",
    "<math><mtext></mtext><mglyph><style><img src onerror=window.owned=1>",
    "<iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
    "<iframe src=javascript:parent.owned=1>",
    "<object data=javascript:window.owned=1></object>",
    "<embed src=http://example.invalid/x>",
    "<base href=http://example.invalid/>",
    "<link rel=stylesheet href=http://example.invalid/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:window.owned=1'>",
    "<style>*{background:url(http://example.invalid/x)}</style>",
    "<style>@import 'http://example.invalid/x';</style>",
    "<body onload=window.owned=1>",
    "<details open ontoggle=window.owned=1>x</details>",
    "<input autofocus onfocus=window.owned=1>",
    "<form action=javascript:window.owned=1><button>x</button></form>",
    "<video><source onerror=window.owned=1></video>",
    "<audio src=x onerror=window.owned=1>",
    "<marquee onstart=window.owned=1>x</marquee>",
    "<template><script>window.owned=1</script></template>",
    "<textarea><script>window.owned=1</script></textarea>",
    "</title><script>window.owned=1</script>",
    "</style><script>window.owned=1</script>",
    "</noscript><img src=x onerror=window.owned=1>",
    "<!--><script>window.owned=1</script-->",
    "<![CDATA[<script>window.owned=1</script>]]>",
    "<a href='http://example.invalid/'>x</a>",
    "<a href=' java&#x09;script:window.owned=1'>x</a>",
    # out of an attribute
    '" onmouseover="window.owned=1',
    "' onfocus='window.owned=1",
    "x onclick=window.owned=1 ",
    '"><img src=x onerror=window.owned=1>',
    "'><svg/onload=window.owned=1>",
    "&quot; onmouseover=&quot;window.owned=1",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
    "&#60;img src=x onerror=window.owned=1&#62;",
    # out of a script's string or template
    "javascript:window.owned=1",
    "`;window.owned=1;`",
    "${window.owned=1}",
    "\\`${window.owned=1}",
    "';window.owned=1;//",
    '";window.owned=1;//',
    "\\';window.owned=1;//",
    '\\";window.owned=1;//',
    "\\u003cscript\\u003ewindow.owned=1\\u003c/script\\u003e",
    "\\x3cimg src=x onerror=window.owned=1\\x3e",
    "*/window.owned=1;/*",
    "a\u2028window.owned=1\u2029b",
    ")});window.owned=1;(()=>{(",
    '"]}]});window.owned=1;//',
    "__proto__",
    # templates, markup languages, addresses
    "{{7*7}}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in y %}",
    "{# comment #}",
    "#{7*7}",
    "<%= 7*7 %>",
    "$x$ and $$y$$",
    "[click](javascript:window.owned=1)",
    "![picture](http://example.invalid/x.png)",
    "<http://example.invalid/>",
    "url(http://example.invalid/x)",
    "data:text/html,<script>window.owned=1</script>",
    "//example.invalid/x",
    # out of the page's own marks, and what cannot be seen
    "]]><!-- --><!--/status-->",
    "<!--status--><script>window.owned=1</script><!--/status-->",
    "line\nbreak\ttab\x00nul\x1bescape\u202ereversed\ufeff",
    "zero\u200bwidth \u2066isolated\u2069",
    "x" * 300,
)

#: What a spreadsheet would take for a formula.
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid/","x")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "'=1+1",
    '"=1+1"',
    "' \" =1+1",
    "\u201c=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "\ufe661+1",
    " \t @SUM(1)",
    "-2+3+cmd|' /C calc'!A0",
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
