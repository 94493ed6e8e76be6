"""What lies on which page of a PDF, told by links that are put into the page before it prints."""

from __future__ import annotations

import re

#: Put a link into every cell of a table's body and around every title and line of a figure, looking as before.
MARK = """
(() => {
  const mark = (at, name) => {
    const link = document.createElement('a');
    link.href = 'https://paper.invalid/' + name;
    link.style.all = 'unset';
    link.append(...at.childNodes);
    at.append(link);
  };
  let rows = 0;
  document.querySelectorAll('table').forEach((table, t) => {
    if (!table.closest('details')) table.querySelectorAll('tbody tr, tfoot tr').forEach((row, r) => {
      rows += 1;
      for (const cell of row.cells) mark(cell, `t${t}/r${r}`);
    });
  });
  document.querySelectorAll('figure').forEach((figure, n) => {
    figure.querySelectorAll(':scope > h3, figcaption dd').forEach(at => mark(at, `f${n}`));
  });
  return rows;
})()
"""

_LINK = re.compile(
    rb"(\d+) 0 obj\n<</Type /Annot\n/Subtype /Link.{0,200}?/URI \(https://paper\.invalid/([\w/]+)\)", re.DOTALL
)
_PAGE = re.compile(rb"\d+ 0 obj\n<</Type /Page\n(.*?)endobj", re.DOTALL)


def page_count(pdf: bytes) -> int:
    """Give how many pages a PDF of Chromium has."""
    return len(_PAGE.findall(pdf))


def places(pdf: bytes) -> dict[str, set[int]]:
    """Give the pages on which each marked thing lies."""
    names = {number: name.decode() for number, name in _LINK.findall(pdf)}
    found: dict[str, set[int]] = {}
    for page, inside in enumerate(_PAGE.findall(pdf), start=1):
        annots = re.search(rb"/Annots \[([^\]]*)\]", inside)
        for number in re.findall(rb"(\d+) 0 R", annots[1]) if annots else ():
            if number in names:
                found.setdefault(names[number], set()).add(page)
    return found
