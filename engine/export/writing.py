"""Writes the chosen samples once: their pictures, and through the Format's Writer their labels."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.export.labels import LabelTable
from engine.export.names import FileNames, own_stem
from engine.export.options import ExportOptions, Pictures
from engine.export.pictures import PictureReader, bring
from engine.export.pieces import Piece, pieces
from engine.export.prepare import IGNORED, Preparation
from engine.export.report import Balance
from engine.export.staging import Stage
from engine.export.survey import Chosen, renamed, suffix_of, with_size
from engine.export.verify import known_as, labels_on
from engine.formats.adapt import adapt
from engine.formats.label_notes import TakesNotes
from engine.formats.labels_file import default_color
from engine.formats.open_dataset import OpenDataset
from engine.formats.pictures import write_picture
from engine.formats.read_sample import resized
from engine.formats.registry import Elsewhere, Format, Writer
from engine.formats.report import Report
from engine.labels import background_of, is_background
from engine.regions.masks import box_of
from engine.sources.frame_reader import is_video_frame
from engine.values import FrameId
from engine.words import counted

_WHOLE = 0.5
"""The precision of a Format that writes whole pixels."""


@dataclass(slots=True)
class Writing:
    """One pass over the chosen frames.

    `made` has the pictures that are in the folder already, `written` counts the labels on each
    picture by its path, `places` are the pictures put into the folder, `counts` the pictures by
    split; `images` is where pictures that were referred to are.
    """

    source: OpenDataset
    options: ExportOptions
    layout: Format
    table: LabelTable
    stage: Stage
    reader: PictureReader
    objects: Report
    made: dict[str, Path]
    written: dict[str, Counter[str]] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    balance: Balance = field(default_factory=Balance)
    images: Path | None = None
    _writer: Writer | None = None
    _root: Path = field(default_factory=Path)
    _stems: dict[FrameId, str] = field(default_factory=dict)
    _how: Pictures = Pictures.COPY
    _is_linked: bool = False
    _unlinked: int = 0
    _renamed: int = 0
    _rounded: int = 0
    _melted: int = 0
    _emptied: int = 0
    _bare_tiles: int = 0

    def begin(self, root: Path, chosen: Sequence[Chosen]) -> None:
        """Write into this folder, which is below the stage."""
        root.mkdir(parents=True, exist_ok=True)
        self._root, self._how = root, self.options.pictures
        assert self.layout.writer is not None  # checked with the options
        self._writer = self.layout.writer(root, self.table.labels)
        if isinstance(self._writer, TakesNotes):
            self._writer.take_notes(self.source.notes.in_ids(self.table.ids))
        names = FileNames()
        self._stems = {one.frame_id: names.stem(one.frame_id) for one in chosen}
        self._renamed = sum(stem != own_stem(i) for i, stem in self._stems.items())
        if self.options.pictures is Pictures.REFER:
            self._refer(chosen)

    def _refer(self, chosen: Sequence[Chosen]) -> None:
        """Leave the pictures where they are, if the Format can find them there."""
        where = self.layout.carries.elsewhere
        # Also a picture that is left out makes a name ambiguous.
        stems = Counter(own_stem(frame_id).casefold() for frame_id in self.source.frame_ids)
        is_mixed = self.options.is_transforming or any(
            is_video_frame(one.frame_id) or stems[own_stem(one.frame_id).casefold()] > 1
            for one in chosen
        )
        if where is Elsewhere.NOWHERE or (where is Elsewhere.TOGETHER and is_mixed):
            self._how, self._is_linked = Pictures.HARD_LINK, True
        elif where is Elsewhere.TOGETHER:
            folders = {os.path.dirname(os.path.abspath(one.frame_id.path)) for one in chosen}
            with suppress(ValueError):  # on several drives
                self.images = Path(os.path.commonpath(folders))

    def add(self, one: Chosen, split: str) -> None:
        """Write one frame, or the tiles of it."""
        found = Report()
        sample = self.source.read(one.frame_id, found)
        if sample.size_hw not in ((0, 0), one.size_hw):
            found.convert(one.name, "picture", resized(sample.size_hw, one.size_hw), 0)
        sample = with_size(sample, one)
        found.kept.clear()  # Reading it was no part of the export.
        preparation = Preparation(self.options, self.table, self.layout.carries)
        prepared = preparation.of(sample, one.name, found)
        if prepared is None:
            # Edited since it was looked at.
            self._take(found, one.name)
            return
        is_empty = True
        for piece in pieces(prepared, self.options, found, one.name):
            has_vanished = piece.is_whole and not piece.sample.annotations
            if not (has_vanished and prepared.annotations):
                is_empty &= not self._add_piece(one, piece, split, found)
        self._emptied += is_empty and bool(prepared.annotations)
        self._take(found, one.name)

    def finish(self) -> None:
        """Write what concerns the whole."""
        self._the_writer.finish()

    def notes(self) -> Iterator[str]:
        """Sentences about the whole."""
        if self._is_linked:
            yield "The pictures are linked into the folder, as this format does not refer to them."
        if self._unlinked:
            yield f"{counted(self._unlinked, 'picture')} copied, as links do not reach them."
        if self._renamed:
            yield f"{counted(self._renamed, 'picture')} renamed, as others have the same name."
        if self._melted:
            objects = counted(self._melted, "object")
            yield f"{objects} joined with others of the same label, or hidden by what lies above."
        if self._rounded:
            yield f"{counted(self._rounded, 'object')} rounded to whole pixels."
        if unnamed := self._unnamed():
            yield f"Labels without objects are not named in this format: {', '.join(unnamed)}."
        if colored := self._colored():
            yield f"The colors of labels are not kept in this format: {', '.join(colored)}."
        if self._emptied:
            pictures = counted(self._emptied, "picture")
            yield f"{pictures} left out, as nothing is left of the objects."
        if self._bare_tiles:
            tiles = counted(self._bare_tiles, "tile")
            yield f"{tiles} without objects left out: no place for them."

    def _unnamed(self) -> list[str]:
        """The labels that nothing written tells of."""
        if self.layout.carries.names:
            return []
        used = {name for _, name in self.balance.objects}
        return [x.name for x in self.table.labels if not is_background(x) and x.name not in used]

    def _colored(self) -> list[str]:
        """The labels whose color a person chose, where nothing written tells of it."""
        if self.layout.carries.colors:
            return []
        chosen = (x for x in self.table.labels if not is_background(x))
        return [x.name for x in chosen if x.color != default_color(x.id)]

    @property
    def _the_writer(self) -> Writer:
        assert self._writer is not None  # `begin` comes first
        return self._writer

    def _take(self, found: Report, name: str) -> None:
        ignored = sum(r.count for r in found.converted if r.why == IGNORED)
        found = renamed(found, name)
        if ignored:  # They are written, but not as what they are.
            found.kept[name] = max(0, found.kept[name] - ignored)
        self.objects.add(found)

    def _add_piece(self, one: Chosen, piece: Piece, split: str, report: Report) -> bool:
        """Write a piece; False where it says nothing, and must not be taken for an empty one."""
        adapted = adapt(piece.sample, self.layout.carries, self.table.labels, report)
        if not adapted.annotations:
            is_empty = not piece.sample.annotations
            if not is_empty or not self.layout.carries.is_empty:
                self._bare_tiles += is_empty
                return False
        picture = self._picture(one, piece, split)
        written = replace(adapted, frame_id=FrameId(str(picture)))
        self._the_writer.add(written, picture, split)
        labels = labels_on(written, self.table.labels, is_layered=self.layout.carries.is_layered)
        self.written[str(picture)] = labels
        if not (self.layout.carries.is_layered or self.layout.carries.groups):
            background = background_of(self.table.labels)
            objects = [a for a in written.annotations if a.label_id != background]
            self._melted += len(objects) - labels.total()
        if self.layout.carries.precision >= _WHOLE:
            boxes = (box_of(a.region).xyxy for a in written.annotations)
            self._rounded += sum(any(side % 1 for side in box) for box in boxes)
        self.counts[split] += 1
        names = {known_as(label): label.name for label in self.table.labels}
        self.balance.add(split, Counter({names.get(n, n): count for n, count in labels.items()}))
        return True

    def _picture(self, one: Chosen, piece: Piece, split: str) -> Path:
        """Where the picture is: brought into the folder where that is wanted, or needed."""
        source, stem = Path(os.path.abspath(one.frame_id.path)), self._stems[one.frame_id]
        is_anew = self._is_anew(one, piece)
        if not one.stamp:
            return source  # There is nothing to bring.
        how = self._how
        if how is Pictures.REFER and not is_anew:
            if stem == own_stem(one.frame_id):
                return source
            # Layouts name label files by the picture's stem, and another one has it already.
            how = Pictures.HARD_LINK
        name = f"{stem}{piece.name}{suffix_of(one.frame_id, is_anew=is_anew)}"
        picture = self._root / self._the_writer.picture_place(name, split)
        place = picture.relative_to(self.stage.folder).as_posix()
        key = f"{one.stamp} {piece.scaled_hw} {piece.rect}"
        self.places.add(place)
        if self.stage.has(place, key):
            self.made[key] = picture
            return picture
        if key in self.made:  # in another fold
            bring(self.made[key], picture, Pictures.HARD_LINK)
        elif is_anew:
            write_picture(picture, piece.pixels(self.reader.pixels(one.frame_id)))
        elif not bring(source, picture, how):
            self._unlinked += 1
        self.made.setdefault(key, picture)
        self.stage.note_placed(place, key)
        return picture

    def _is_anew(self, one: Chosen, piece: Piece) -> bool:
        if is_video_frame(one.frame_id):
            return True
        return not piece.is_whole or piece.scaled_hw != one.size_hw
