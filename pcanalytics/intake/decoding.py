"""Bytes to text to records: declared encoding, declared terminator, caps on size."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from pcanalytics.errors import DialectError, Problem
from pcanalytics.intake.reading import Reading

__all__ = ["LONGEST_RECORD", "decoded", "likely_encoding", "records"]

#: A record of more characters than this is taken for a file without line ends.
LONGEST_RECORD = 1_000_000

_BLOCK_BYTES = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def likely_encoding(sample: bytes) -> str:
    """Guess the encoding of some bytes, for a message to the analyst and nothing else.

    Parameters
    ----------
    sample : bytes
        The start of a file, or the bytes around a place that cannot be read.

    Returns
    -------
    str
        An encoding a mapping can declare.

    Examples
    --------
    >>> likely_encoding("Muñoz".encode("cp1252"))
    'cp1252'
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if _has_zero_bytes(sample):
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1, or a code page such as cp437 or cp850"
    return "cp1252"


def _has_zero_bytes(sample: bytes) -> bool:
    return sample.count(0) * 5 > len(sample)


def decoded(stream: BinaryIO, reading: Reading) -> Iterator[str]:
    """Decode a stream in blocks by the declared encoding.

    Parameters
    ----------
    stream : binary file
        Read from where it stands to its end.
    reading : Reading
        Its dialect says the encoding and how many undecodable places may be replaced.

    Yields
    ------
    str
        Blocks of text that do not respect lines.

    Raises
    ------
    DialectError
        At the first place that cannot be decoded, naming its byte and the likely encoding; or when there
        are more such places than the dialect allows; or when UTF-16 comes without its byte-order mark.

    Examples
    --------
    >>> import io
    >>> from pcanalytics.intake.mapping import Dialect
    >>> "".join(decoded(io.BytesIO("Muñoz".encode("cp1252")), Reading(Dialect(encoding="cp1252"), [])))
    'Muñoz'
    """
    first = stream.read(_BLOCK_BYTES)
    name, skipped = _codec(first, reading.dialect.encoding)
    decoder = codecs.getincrementaldecoder(name)()
    offset, block, replaced = skipped, first[skipped:], 0
    while True:
        final = not block
        waiting = decoder.getstate()[0]
        try:
            text = decoder.decode(block, final)
        except UnicodeDecodeError as error:
            start, end = error.start, error.end
        else:
            offset += len(block)
            yield text
            if final:
                break
            block = stream.read(_BLOCK_BYTES)
            continue
        replaced += 1
        whole = waiting + block
        at = offset - len(waiting) + start
        if replaced > reading.dialect.undecodable_max:
            raise _undecodable(at, whole[max(0, start - 2000) :], replaced, reading)
        decoder.reset()
        yield whole[:start].decode(name) + "\N{REPLACEMENT CHARACTER}"
        offset, block = at + (end - start), whole[end:]
        if final:
            break
        if not block:
            block = stream.read(_BLOCK_BYTES)
    reading.tally.count("replaced_bytes", replaced, column=reading.dialect.encoding)


def _codec(first: bytes, declared: str) -> tuple[str, int]:
    """Give the codec to decode with and the length of the byte-order mark."""
    marked = next(((mark, name) for mark, name in _MARKS if first.startswith(mark)), None)
    if declared == "utf-16":
        if marked is None or marked[1] != "utf-16":
            raise _wrong_encoding(
                "UTF-16 without a byte-order mark", first, "utf-16 with its mark, or utf-16-le/utf-16-be"
            )
        return ("utf-16-le" if marked[0] == codecs.BOM_UTF16_LE else "utf-16-be"), 2
    if declared.startswith("utf-16-"):
        own = codecs.BOM_UTF16_LE if declared.endswith("le") else codecs.BOM_UTF16_BE
        if marked is not None and marked[0] != own:
            raise _wrong_encoding("a byte-order mark of another encoding", first, declared)
        return declared, 2 if marked else 0
    if marked is not None and marked[1] != declared:
        raise _wrong_encoding("a byte-order mark of another encoding", first, declared)
    if _has_zero_bytes(first):
        raise _wrong_encoding("every other byte empty, as UTF-16 has", first, declared)
    return declared, len(marked[0]) if marked else 0


def _wrong_encoding(found: str, first: bytes, declared: str) -> DialectError:
    likely = likely_encoding(first)
    problem = Problem(
        f"the file begins with {found}; its encoding is likely {likely}",
        expected=declared,
        todo=f'If that is right, declare encoding = "{likely}" in [dialect].',
        code="wrong_encoding",
    )
    return DialectError("The file is not in the encoding its mapping declares.", [problem])


def _undecodable(at: int, sample: bytes, places: int, reading: Reading) -> DialectError:
    declared, cap = reading.dialect.encoding, reading.dialect.undecodable_max
    likely = likely_encoding(sample)
    if cap:
        what = f"more than {cap:,} places cannot be read as {declared}, the latest at byte {at:,}"
    else:
        what = f"byte {at:,} cannot be read as {declared}; the encoding is likely {likely}"
    problem = Problem(
        what,
        expected=declared,
        todo=f'If that is right, declare encoding = "{likely}" in [dialect].'
        if likely != declared
        else "Ask for a new export.",
        code="undecodable",
    )
    return DialectError("The file is not in the encoding its mapping declares.", [problem])


def records(blocks: Iterator[str], reading: Reading) -> Iterator[str]:
    """Cut text into records at the declared terminator.

    Parameters
    ----------
    blocks : iterator of str
        Text in pieces of any size.
    reading : Reading
        Its dialect says terminator and trailer. ``terminated`` and ``trailer_rows`` are set at the end.

    Yields
    ------
    str
        Records. With the default terminator each keeps its line feed, so that a quoted field can run on.

    Raises
    ------
    DialectError
        When a record is longer than :data:`LONGEST_RECORD`, or the declared trailer is missing.

    Examples
    --------
    >>> from pcanalytics.intake.mapping import Dialect
    >>> list(records(iter(["a‡b", "†c†"]), Reading(Dialect(separator="‡", terminator="†"), [])))
    ['a‡b', 'c']
    """
    terminator = reading.dialect.terminator
    keep = "\n" if terminator == "\n" else ""
    held: list[str] = []
    rest, count = "", 0
    for block in blocks:
        pieces = (rest + block).split(terminator)
        rest = pieces.pop()
        if len(rest) > LONGEST_RECORD or (pieces and max(map(len, pieces)) > LONGEST_RECORD):
            raise _too_long(count, rest, pieces, reading)
        if pieces:
            yield from held
            held = [piece + keep for piece in pieces] if keep else pieces
            count += len(pieces)
    reading.terminated = not rest
    if rest:
        held.append(rest)
    if reading.dialect.trailer is not None:
        yield from _without_trailer(held, reading)
    else:
        yield from held


def _too_long(count: int, rest: str, pieces: list[str], reading: Reading) -> DialectError:
    before = next((place for place, piece in enumerate(pieces) if len(piece) > LONGEST_RECORD), len(pieces))
    text = rest if before == len(pieces) else pieces[before]
    other = "\r" if "\r" in text and reading.dialect.terminator == "\n" else None
    problem = Problem(
        f"a record is longer than {LONGEST_RECORD:,} characters",
        first_row=count + before + 1,
        expected=f"records that end with {reading.dialect.terminator!r}",
        todo=f"The file may end its lines with {other!r}; declare it as terminator."
        if other
        else "Check terminator and quote.",
        code="record_too_long",
    )
    return DialectError("The file is not written the way its mapping says.", [problem])


def _without_trailer(held: list[str], reading: Reading) -> list[str]:
    while held and not held[-1].strip():
        held.pop()
    match = re.search(reading.dialect.trailer or "", held[-1].rstrip("\r\n")) if held else None
    if match is None or not match.group(1).isdecimal():
        problem = Problem(
            "the last line is not the trailer that the mapping declares",
            expected="a last line with the number of rows",
            todo="The file may have been cut on its way. Ask the sender for it again.",
            code="no_trailer",
        )
        raise DialectError("The file does not end the way its mapping says.", [problem])
    reading.trailer_rows = int(match.group(1))
    reading.terminated = True
    return held[:-1]
