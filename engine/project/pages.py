"""Rows of a damaged SQLite file, read page by page without SQLite.

SQLite gives up at the first wrong page of a table. Here each page is read for itself, so that only
what lies on a damaged one is lost: see https://www.sqlite.org/fileformat2.html for the layout.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ProjectError

Values = tuple[object, ...]
_LEAF, _INDEX_LEAF, _INNER, _INDEX_INNER = 13, 10, 5, 2
_MAGIC = b"SQLite format 3\x00"
_MOST_DEEP = 40
_MOST_PAYLOAD = 1 << 30


class PageError(Exception):
    """These bytes are no page of a table."""


@dataclass
class Pages:
    """The pages of a file with those of its -wal over them, numbered from 1.

    `damaged` are those that a table or index pointed to and that could not be read.
    """

    data: bytes
    size: int
    usable: int
    newer: dict[int, bytes]
    seen: set[int] = field(default_factory=set)
    damaged: set[int] = field(default_factory=set)

    @property
    def count(self) -> int:
        """How many there are."""
        return max(len(self.data) // self.size, *self.newer, 0)

    @property
    def version(self) -> int:
        """The version of the tables, as the first page says it; 0 where that is lost."""
        first = self.newer.get(1, self.data[: self.size])
        return int.from_bytes(first[60:64]) if first[:16] == _MAGIC else 0

    def page(self, number: int) -> bytes:
        """The bytes of a page."""
        if number in self.newer:
            return self.newer[number]
        page = self.data[(number - 1) * self.size : number * self.size]
        if number < 1 or len(page) < self.size:
            raise PageError
        return page

    def walk(self, root: int, depth: int = 0) -> Iterator[tuple[int, Values]]:
        """Rowid and values of every row below a page that can be read; 0 for the rowid in tables
        that have none.
        """
        if root in self.seen or depth > _MOST_DEEP:
            return
        self.seen.add(root)
        try:
            kind, cells, children = self._cells(root)
        except (PageError, struct.error, IndexError):
            self.damaged.add(root)
            return
        for number, cell in enumerate(cells):
            if children:
                yield from self.walk(children[number], depth + 1)
            if kind != _INNER:
                row = self._try_row(root, cell, is_table=kind == _LEAF, skip=4 * bool(children))
                if row is not None:
                    yield row
        if children:
            yield from self.walk(children[-1], depth + 1)

    def strays(self) -> Iterator[tuple[int, Values]]:
        """Rows on leaves that no readable page points to. Free pages are not among them."""
        self.seen.update(self._free())
        for number in range(2, self.count + 1):
            if number not in self.seen and number not in self.damaged:
                try:
                    kind, cells, _ = self._cells(number)
                except (PageError, struct.error, IndexError):
                    continue
                if kind in (_LEAF, _INDEX_LEAF):
                    for cell in cells:
                        row = self._try_row(number, cell, is_table=kind == _LEAF, skip=0)
                        if row is not None:
                            yield row

    def _cells(self, number: int) -> tuple[int, list[bytes], list[int]]:
        """The kind of a page, its cells, and the pages below it."""
        page = self.page(number)
        start = 100 if number == 1 else 0
        kind = page[start]
        if kind not in (_LEAF, _INDEX_LEAF, _INNER, _INDEX_INNER):
            raise PageError
        is_inner = kind in (_INNER, _INDEX_INNER)
        head = start + (12 if is_inner else 8)
        (count,) = struct.unpack_from(">H", page, start + 3)
        if head + 2 * count > self.usable:
            raise PageError
        offsets = struct.unpack_from(f">{count}H", page, head)
        if any(not head + 2 * count <= offset < self.usable for offset in offsets):
            raise PageError
        cells = [page[offset : self.usable] for offset in offsets]
        if not is_inner:
            return kind, cells, []
        children = [struct.unpack_from(">I", cell)[0] for cell in cells]
        return kind, cells, [*children, struct.unpack_from(">I", page, start + 8)[0]]

    def _try_row(
        self, page: int, cell: bytes, *, is_table: bool, skip: int
    ) -> tuple[int, Values] | None:
        try:
            size, at = _varint(cell, skip)
            rowid, at = _varint(cell, at) if is_table else (0, at)
            return _signed(rowid), _record(self._payload(cell, at, size, is_table=is_table))
        except (PageError, struct.error, IndexError, UnicodeDecodeError):
            self.damaged.add(page)
            return None

    def _payload(self, cell: bytes, at: int, size: int, *, is_table: bool) -> bytes:
        """The bytes of a record, which may go on in overflow pages."""
        usable = self.usable
        most = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
        if size > _MOST_PAYLOAD:
            raise PageError
        if size <= most:
            return cell[at : at + size]
        least = (usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (usable - 4)
        local = local if local <= most else least
        parts, left = [cell[at : at + local]], size - local
        (following,) = struct.unpack_from(">I", cell, at + local)
        while left > 0:
            if following in self.seen:
                raise PageError
            self.seen.add(following)
            page = self.page(following)
            parts.append(page[4 : min(usable, 4 + left)])
            left -= usable - 4
            (following,) = struct.unpack_from(">I", page)
        return b"".join(parts)

    def _free(self) -> set[int]:
        """The pages of the freelist, as far as it can be read."""
        found: set[int] = set()
        try:
            (trunk,) = struct.unpack_from(">I", self.page(1), 32)
            while trunk and trunk not in found:
                found.add(trunk)
                page = self.page(trunk)
                trunk, count = struct.unpack_from(">II", page)
                found.update(struct.unpack_from(f">{min(count, self.usable // 4 - 2)}I", page, 8))
        except (PageError, struct.error):
            return found
        return found


def read_pages(path: Path) -> Pages:
    """The pages of a database file and of the -wal beside it."""
    data = path.read_bytes()
    size = struct.unpack_from(">H", data, 16)[0] if data[:16] == _MAGIC else 4096
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1) or len(data) < size:
        raise unreadable(path)
    reserved = data[20] if data[:16] == _MAGIC else 0
    wal = path.with_name(path.name + "-wal")
    newer = _committed(wal.read_bytes(), size) if wal.is_file() else {}
    return Pages(data, size, size - reserved, newer)


def unreadable(path: Path) -> ProjectError:
    """There is not one row."""
    return ProjectError(f"Nothing in {path.name} can be read.", hint="Put a backup in its place.")


def _committed(wal: bytes, size: int) -> dict[int, bytes]:
    """The pages in a -wal whose checksums are right, up to the last whole transaction."""
    if len(wal) < 32 or wal[:3] != b"\x37\x7f\x06":
        return {}
    order = ">" if wal[3] & 1 else "<"
    sums = _checksum(wal[:24], (0, 0), order)
    if sums != struct.unpack_from(">II", wal, 24):
        return {}
    pages: dict[int, bytes] = {}
    waiting: dict[int, bytes] = {}
    for at in range(32, len(wal) - size - 23, 24 + size):
        number, is_commit = struct.unpack_from(">II", wal, at)
        page = wal[at + 24 : at + 24 + size]
        sums = _checksum(wal[at : at + 8] + page, sums, order)
        if wal[at + 8 : at + 16] != wal[16:24] or sums != struct.unpack_from(">II", wal, at + 16):
            break
        waiting[number] = page
        if is_commit:
            pages |= waiting
            waiting = {}
    return pages


def _checksum(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    a, b = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        a = (a + first + b) & 0xFFFFFFFF
        b = (b + second + a) & 0xFFFFFFFF
    return a, b


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def _record(payload: bytes) -> Values:
    head, at = _varint(payload, 0)
    if head > len(payload):
        raise PageError
    values: list[object] = []
    place = head
    while at < head:
        kind, at = _varint(payload, at)
        value, size = _value(payload, place, kind)
        place += size
        if place > len(payload):
            raise PageError
        values.append(value)
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[object, int]:
    """A value and how many bytes it takes."""
    if kind in _INTEGERS:
        size = _INTEGERS[kind]
        return int.from_bytes(payload[at : at + size], signed=True), size
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], 8
    if kind in (0, 8, 9):
        return (None, 0) if not kind else (kind - 8, 0)
    if kind < 12:
        raise PageError
    size = (kind - 12) // 2
    part = payload[at : at + size]
    return (part.decode("utf-8", "replace") if kind % 2 else part), size
