"""The table of actions: id, text, shortcuts, icon and what is called.

`call` names a method of `gui.desk.Desk` or, after a name and a dot, of a part that it has there
(`editing.` is `gui.editing.Editing`), with its arguments. The shortcuts are those of a person who
has changed none. Texts are English here and pass through `tr` where they are shown. The rows of the
side panels are in their own folders;
`gui.side_panels.all_actions` gives the whole table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence


@dataclass(frozen=True)
class ActionSpec:
    """One thing a person can do, and how to ask for it.

    A row from elsewhere stands `after` the row of that id.
    """

    id: str
    text: str
    call: str
    shortcuts: tuple[str, ...] = ()
    arguments: tuple[Any, ...] = ()
    icon: str = ""
    short: str = ""
    menu: str = ""
    after: str = ""
    is_checkable: bool = False
    repeats: bool = False


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark a text for Qt's translation tools, which look for this very name."""
    return text


_T = QT_TRANSLATE_NOOP
A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    A("open", _T("actions", "Open pictures, video or list…"), "open_files", ("Ctrl+O",),
      icon="mdi6.image-outline", short=_T("actions", "Open"), menu="file"),
    A("open_folder", _T("actions", "Open folder…"), "open_folder", ("Ctrl+U",),
      icon="mdi6.folder-open-outline", short=_T("actions", "Folder"), menu="file"),
    A("open_camera", _T("actions", "Open camera…"), "sources.open_camera",
      ("Ctrl+K",),
      icon="mdi6.webcam", short=_T("actions", "Camera"), menu="file"),
    A("open_address", _T("actions", "Open address…"), "sources.open_address",
      ("Ctrl+Alt+O",), menu="file"),
    A("capture_screen", _T("actions", "Capture a part of the screen…"), "sources.capture_screen",
      ("Ctrl+Alt+S",), menu="file"),
    A("watch_folder", _T("actions", "Watch a folder for new pictures…"), "sources.watch_folder",
      ("Ctrl+Alt+W",), menu="file"),
    A("open_weights", _T("actions", "Open weights…"), "open_weights", ("Ctrl+Shift+O",),
      menu="file"),
    A("save", _T("actions", "Save"), "say_saved", ("Ctrl+S",), menu="file"),
    A("save_seen", _T("actions", "Save what is seen as a picture…"), "copying.save_seen",
      menu="file"),
    A("settings", _T("actions", "Settings…"), "ask_settings", ("Ctrl+,",),
      icon="mdi6.cog-outline", short=_T("actions", "Settings"), menu="file"),
    A("quit", _T("actions", "Quit"), "quit", ("Ctrl+Q",), menu="file"),
    A("undo", _T("actions", "Undo"), "editing.undo", ("Ctrl+Z",), menu="edit", repeats=True,
      icon="mdi6.undo", short=_T("actions", "Undo")),
    A("redo", _T("actions", "Redo"), "editing.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), menu="edit",
      icon="mdi6.redo", short=_T("actions", "Redo"), repeats=True),
    A("copy", _T("actions", "Copy"), "copying.copy", ("Ctrl+C",), menu="edit"),
    A("copy_seen", _T("actions", "Copy what is seen as a picture"), "copying.copy_seen",
      menu="edit"),
    A("paste", _T("actions", "Paste"), "copying.paste", ("Ctrl+V",), menu="edit"),
    A("duplicate", _T("actions", "Duplicate"), "copying.duplicate", ("Ctrl+D",), menu="edit"),
    A("take_previous", _T("actions", "Add the objects of the previous picture"),
      "copying.take_previous", ("Ctrl+P",), menu="edit"),
    A("delete", _T("actions", "Delete selected"), "editing.delete_selected", ("Del",), menu="edit"),
    A("relabel", _T("actions", "Change label…"), "editing.ask_relabel", ("Ctrl+E",), menu="edit"),
    A("to_front", _T("actions", "Bring to front"), "editing.restack", ("Ctrl+]",),
      (True,), menu="edit"),
    A("to_back", _T("actions", "Send to back"), "editing.restack", ("Ctrl+[",),
      (False,), menu="edit"),
    A("select_all", _T("actions", "Select all objects"), "editing.select_all", ("Ctrl+A",),
      menu="edit"),
    A("lock", _T("actions", "Lock selected objects, or unlock all"), "editing.lock_selected",
      menu="edit"),
    A("keeps_tool", _T("actions", "Keep the tool after each object"), "toggle_setting", (),
      ("keeps_tool",), menu="edit", is_checkable=True),
    A("unite", _T("actions", "Unite"), "shaping.apply", ("Ctrl+G",), ("unite",), menu="shape"),
    A("subtract", _T("actions", "Subtract the others from the first"), "shaping.apply",
      arguments=("subtract",), menu="shape"),
    A("intersect", _T("actions", "Intersect"), "shaping.apply", (), ("intersect",), menu="shape"),
    A("split_parts", _T("actions", "Split into parts"), "shaping.apply",
      arguments=("split_parts",), menu="shape"),
    A("fill_holes", _T("actions", "Fill holes"), "shaping.apply",
      arguments=("fill_holes",), menu="shape"),
    A("keep_largest", _T("actions", "Keep the largest part"), "shaping.apply",
      arguments=("keep_largest",), menu="shape"),
    A("grow", _T("actions", "Grow…"), "shaping.grow", menu="shape"),
    A("shrink", _T("actions", "Shrink…"), "shaping.shrink", menu="shape"),
    A("smooth", _T("actions", "Smooth"), "shaping.apply", (), ("smooth",), menu="shape"),
    A("simplify", _T("actions", "Simplify: fewer corners…"), "shaping.simplify", menu="shape"),
    A("to_masks", _T("actions", "To mask"), "shaping.apply", (), ("to_masks",), menu="shape"),
    A("to_polygons", _T("actions", "To polygon"), "shaping.apply",
      arguments=("to_polygons",), menu="shape"),
    A("accept", _T("actions", "Accept proposal"), "editing.accept_selected", ("Y",), menu="review"),
    A("reject", _T("actions", "Reject proposal"), "editing.reject_selected", ("N",), menu="review"),
    A("accept_all", _T("actions", "Accept all proposals"), "editing.accept_above", ("Shift+Y",),
      menu="review"),
    A("reject_all", _T("actions", "Reject all proposals"), "editing.reject_all", ("Shift+N",),
      menu="review"),
    A("goes_on", _T("actions", "Go on to the next picture after the last accepted proposal"),
      "toggle_setting", (), ("goes_on",), menu="review", is_checkable=True),
    A("verify", _T("actions", "Mark as verified"), "editing.toggle_verified", ("Ctrl+Space",),
      menu="review", icon="mdi6.check-decagram-outline", short=_T("actions", "Verify"),
      is_checkable=True),
    A("empty", _T("actions", "Mark as empty: nothing is there"), "editing.toggle_empty",
      ("Ctrl+Shift+M",), menu="review", short=_T("actions", "Empty"), is_checkable=True),
    A("skip", _T("actions", "Mark as skipped"), "editing.toggle_skipped", ("Ctrl+Shift+Space",),
      menu="review", is_checkable=True),
    A("next", _T("actions", "Next picture"), "step", ("D", "Right"), (1,), menu="go",
      repeats=True),
    A("previous", _T("actions", "Previous picture"), "step", ("A", "Left"), (-1,), menu="go",
      repeats=True),
    A("next_unreviewed", _T("actions", "Next unreviewed"), "step_unreviewed",
      ("Ctrl+Shift+D",), (1,), menu="go"),
    A("previous_unreviewed", _T("actions", "Previous unreviewed"), "step_unreviewed",
      ("Ctrl+Shift+A",), (-1,), menu="go"),
    A("search", _T("actions", "Find pictures"), "begin_search", ("Ctrl+Shift+F",), menu="go"),
    A("order", _T("actions", "Order pictures, the least sure first…"), "begin_order",
      ("Ctrl+Shift+U",), menu="go"),
    A("forward", _T("actions", "10 frames on"), "step", ("V",), (10,), menu="go", repeats=True),
    A("back", _T("actions", "10 frames back"), "step", ("C",), (-10,), menu="go", repeats=True),
    A("first", _T("actions", "First picture or frame"), "go_to_end", ("Home",), (False,),
      menu="go"),
    A("last", _T("actions", "Last picture or frame"), "go_to_end", ("End",), (True,), menu="go"),
    A("play", _T("actions", "Play or pause"), "toggle_play", ("Space",), menu="go"),
    A("freeze", _T("actions", "Freeze this frame to correct it"), "freeze", ("Shift+Space",),
      menu="go", icon="mdi6.snowflake", short=_T("actions", "Freeze")),
    A("record", _T("actions", "Record what is seen as a video"), "record", ("Ctrl+Shift+R",),
      menu="go", is_checkable=True),
    A("track_start", _T("actions", "Start a track"), "tracking.start", ("Ctrl+Alt+J",),
      menu="track"),
    A("track_keyframe", _T("actions", "Keyframe of the track here"), "tracking.set_keyframe",
      ("J",), menu="track"),
    A("track_fill", _T("actions", "Fill between keyframes"), "tracking.fill", ("Shift+J",),
      menu="track"),
    A("track_forward", _T("actions", "Follow forward…"), "tracking.follow", ("Ctrl+B",), (1,),
      menu="track"),
    A("track_backward", _T("actions", "Follow backward…"), "tracking.follow", ("Ctrl+Alt+B",),
      (-1,), menu="track"),
    A("track_accept", _T("actions", "Accept the whole track"),
      "tracking.accept_track", ("Ctrl+Shift+Y",), menu="track"),
    A("next_keyframe", _T("actions", "Next keyframe of the track"), "tracking.go", (".",), (1,),
      menu="track"),
    A("previous_keyframe", _T("actions", "Previous keyframe of the track"), "tracking.go",
      (",",), (-1,), menu="track"),
    A("predict", _T("actions", "Run model on this picture"), "predict_here", ("I",),
      menu="model", icon="mdi6.auto-fix", short=_T("actions", "Run")),
    A("predict_all", _T("actions", "Run model on many pictures…"), "auto_label.start", ("Ctrl+I",),
      menu="model", icon="mdi6.playlist-play", short=_T("actions", "Run all")),
    A("live", _T("actions", "Live: run on whatever is shown"), "toggle_live", ("L",),
      menu="model", is_checkable=True),
    A("tracks", _T("actions", "Track objects from frame to frame"), "toggle_setting",
      ("Ctrl+Shift+T",), ("tracks",), menu="model", is_checkable=True),
    A("side_by_side", _T("actions", "Show two models side by side"), "toggle_compare",
      ("Ctrl+Shift+C",), (False,), menu="model", is_checkable=True),
    A("over", _T("actions", "Show two models over one another"), "toggle_compare",
      ("Ctrl+Alt+M",), (True,), menu="model", is_checkable=True),
    A("next_part", _T("actions", "Keys to the next part of the window"), "go_to_part", ("F6",),
      (1,), menu="view"),
    A("previous_part", _T("actions", "Keys to the part before"), "go_to_part", ("Shift+F6",),
      (-1,), menu="view"),
    A("fit", _T("actions", "Fit in window"), "fit", ("Ctrl+F",), menu="view",
      icon="mdi6.fit-to-screen-outline", short=_T("actions", "Fit")),
    A("zoom_100", _T("actions", "Zoom to 100 %"), "zoom_100", ("Ctrl+0",), menu="view"),
    A("zoom_in", _T("actions", "Zoom in"), "zoom", ("Ctrl++", "Ctrl+="), (1,), menu="view",
      repeats=True),
    A("zoom_out", _T("actions", "Zoom out"), "zoom", ("Ctrl+-",), (-1,), menu="view",
      repeats=True),
    A("keeps_view", _T("actions", "Keep the view from picture to picture of one size"),
      "toggle_setting", (), ("keeps_view",), menu="view", is_checkable=True),
    A("hide", _T("actions", "Hide selected objects"), "hide_selected", ("H",), menu="view"),
    A("hide_all", _T("actions", "Hide or show all objects"), "toggle_all_hidden", ("Ctrl+H",),
      menu="view", is_checkable=True),
    A("outlines_only", _T("actions", "Outlines only"), "toggle_setting", (), ("outlines_only",),
      menu="view", is_checkable=True),
    A("other_way", _T("actions", "Filled, outlines or hidden: the next"), "show_other_way",
      ("Shift+H",), menu="view"),
    A("dims_others", _T("actions", "Dim all but the selected"), "toggle_setting", ("Shift+I",),
      ("dims_others",), menu="view", is_checkable=True),
    A("crosshair", _T("actions", "Crosshair"), "toggle_setting", (), ("has_crosshair",),
      menu="view", is_checkable=True),
    A("rulers", _T("actions", "Rulers"), "toggle_setting", (), ("has_rulers",),
      menu="view", is_checkable=True),
    A("navigator", _T("actions", "Map of the picture while zoomed in"), "toggle_setting", (),
      ("has_navigator",), menu="view", is_checkable=True),
    A("trails", _T("actions", "Trails of tracked objects"), "toggle_setting", (), ("has_trails",),
      menu="view", is_checkable=True),
    A("color_by_label", _T("actions", "Color by label"), "coloring.choose", (), ("label",),
      menu="view", is_checkable=True),
    A("color_by_object", _T("actions", "Color by object"), "coloring.choose", (), ("object",),
      menu="view", is_checkable=True),
    A("color_by_track", _T("actions", "Color by track"), "coloring.choose", (), ("track",),
      menu="view", is_checkable=True),
    A("color_by_origin", _T("actions", "Color by origin: a person or a model"), "coloring.choose",
      (), ("origin",), menu="view", is_checkable=True),
    A("color_by_next", _T("actions", "Color by the next of these"), "coloring.go_on", ("O",),
      menu="view"),
    A("palette", _T("actions", "Find an action…"), "show_palette", ("Ctrl+Shift+P",), menu="help"),
    A("help", _T("actions", "Keyboard shortcuts"), "keyboard.show", ("F1",), menu="help",
      icon="mdi6.keyboard-outline", short=_T("actions", "Keys")),
    A("keyboard", _T("actions", "Keyboard…"), "keyboard.change", menu="help"),
    A("tour", _T("actions", "Show me around"), "show_around", menu="help"),
    A("about", _T("actions", "About Maskloop"), "show_about", menu="help"),
    *(
        A(f"label_{n}", _T("actions", "Choose label %n"), "editing.choose_label", (str(n),), (n,))
        for n in range(1, 10)
    ),
)  # fmt: skip

MENUS: tuple[tuple[str, str], ...] = (
    ("file", _T("actions", "File")),
    ("edit", _T("actions", "Edit")),
    ("shape", _T("actions", "Shape")),
    ("review", _T("actions", "Review")),
    ("go", _T("actions", "Go")),
    ("track", _T("actions", "Track")),
    ("model", _T("actions", "Model")),
    ("view", _T("actions", "View")),
    ("help", _T("actions", "Help")),
)

BAR: tuple[tuple[str, ...], ...] = (
    ("open", "open_folder"),
    ("predict", "verify", "freeze"),
)
"""The tool bar from top to bottom, in groups: the canvas tools come after the first, the side
panels at the end."""


def tr(text: str) -> str:
    """A text of the tables above in the person's language."""
    return QCoreApplication.translate("actions", text)


def text_of(spec: ActionSpec) -> str:
    """What the person reads: the text, its number filled in."""
    number = str(spec.arguments[0]) if spec.arguments else ""
    return tr(spec.text).replace("%n", number)


def written(keys: Iterable[str]) -> str:
    """Keys as the person's system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in keys)


def show_keys(action: QAction, text: str, keys: Iterable[str], hint: str = "") -> None:
    """Let these keys do it, and its tip say so."""
    given = tuple(keys)
    action.setShortcuts([QKeySequence(key) for key in given])
    tip = f"{text}  ({written(given)})" if given else text
    action.setToolTip(f"{tip}\n{hint}".strip())


def make_actions(
    parent: QObject,
    rows: Iterable[ActionSpec],
    callback_of: Callable[[ActionSpec], Callable[[], None]],
) -> dict[str, QAction]:
    """A QAction for each row, without its keys: the person may have chosen others."""
    made = {}
    for spec in rows:
        action = QAction(text_of(spec), parent)
        action.setObjectName(spec.id)
        action.setAutoRepeat(spec.repeats)
        action.setCheckable(spec.is_checkable)
        action.setIconText(tr(spec.short) if spec.short else text_of(spec))
        action.triggered.connect(callback_of(spec))
        made[spec.id] = action
    return made
