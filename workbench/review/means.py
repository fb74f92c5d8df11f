"""By what means a review is made: how many at once, on whose workers, and where it is put when it is whole."""

from dataclasses import dataclass

from workbench.batch.executor import Workers
from workbench.batch.progress import Progress
from workbench.publish.elsewhere import Elsewhere
from workbench.review.orders import Order

COMMON = "workers-of-"  # begins the name of a folder under the city's private one


@dataclass(frozen=True)
class Means:
    """What does not change a byte of a review.

    Parameters
    ----------
    jobs : int or None
        How many notebooks at once; one for each core, or each thread of the scheduler's workers, when None.
    scheduler : str
        Address of a Dask scheduler, or class of a Dask cluster; empty: this machine.
    outputs : Elsewhere or None
        Where the whole review is put beside ``outputs/``.
    """

    jobs: int | None = None
    scheduler: str = ""
    outputs: Elsewhere | None = None

    def workers(self, order: Order) -> Workers:
        """Who does the work.

        Raises
        ------
        UsageError
            When the scheduler is neither an address nor a class.
        """
        if not self.scheduler:
            return Workers(self.jobs)
        from workbench.batch.dask import DaskWorkers

        common = order.catalog.private / f"{COMMON}{order.folders.final.name}"
        return DaskWorkers(self.scheduler, self.jobs, common)

    def put(self, order: Order, progress: Progress) -> None:
        """Put the review that stands where it was asked for, while nobody makes it anew.

        Raises
        ------
        PublishError
            When it is not taken there; the review stays in ``outputs/``.
        """
        if self.outputs:
            with order.folders.locked():
                progress.tell("put", folder=self.outputs.put(order.folders.final))
