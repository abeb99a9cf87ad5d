"""What is worked out once for all samples, before the first epoch."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from engine.datasets.dataset import ListDataset
from engine.devices import core_count
from engine.jobs import CancelToken, Progress
from engine.training.ranks import Ranks


def find_proposals(
    datasets: Sequence[ListDataset], ranks: Ranks, *, progress: Progress, cancel: CancelToken
) -> None:
    """Find the proposals of every sample, on all cores, so that no epoch waits for them.

    They stay with the samples in memory, as far as there is room, and on the disk, where the other
    processes of a Run find them: each does its share.
    """
    wanted = [(d, i) for d in datasets if d.proposals is not None for i in range(len(d))]
    wanted = wanted[ranks.rank :: ranks.size]
    if not wanted:
        return
    progress(0, len(wanted), "Finding proposals")
    with ThreadPoolExecutor(core_count(), thread_name_prefix="proposals") as pool:
        futures = [pool.submit(dataset.read, index) for dataset, index in wanted]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                cancel.check()
                future.result()
                progress(done, len(wanted), "Finding proposals")
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
