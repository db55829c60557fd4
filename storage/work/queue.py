"""The queue of jobs for several processes: Procrastinate's, in a PostgreSQL schema of its own.

It holds nothing that is not known from our own tables: what is due stands there, and whose a host is. So jobs may be
lost or done twice without harm, and each version of the library has a queue of its own, beside those of others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate import __version__ as version
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker
from psycopg import sql

from config.errors import StorageError
from storage.engine import Database
from storage.lines import PATIENCE, Lines

log = logging.getLogger("wgwatch")

SCHEMA = f"wgwatch_queue_{'_'.join(version.split('.')[:2])}"
HOSTS, CHORES = "hosts", "chores"
"""The two queues: a job for each host with due pages; parts of what is asked for once in a while."""
LOOK = "look"
POLL = 0.5
"""Seconds between two questions whether there is a job."""
HEARTBEAT, STALLED = 4.0, 20.0
"""Seconds between two signs of life of a worker, and after which its jobs are another's."""
MOST_TRIES = 3
"""A chore that ended so many workers is set aside."""
GRACE = 8.0
"""Seconds that jobs under way may take to end."""
NOTED_AGAIN = (1.0, 2.0, 4.0)
"""Seconds between tries to note that a job has ended."""
_LOCK = 7_211_944  # any number that no other program of this database uses


class Queue:
    """The jobs. Within `async with` it is open; whatever it is asked raises StorageError where the database fails."""

    def __init__(self, database: Database) -> None:
        self._url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._name = database.name
        self._lines = Lines()
        patience = {name: value for name, value in PATIENCE.items() if name not in database.url.query}
        self._connector = PsycopgConnector(
            conninfo=self._url,
            kwargs={"options": f"-c search_path={SCHEMA}", **patience},
            min_size=1,
            max_size=4,
            timeout=PATIENCE["connect_timeout"],
            configure=self._note,
        )
        self._app = App(connector=self._connector)
        self._jobs = self._app.job_manager = _Jobs(self._connector, self._register_anew)
        self._workers: list[Worker] = []

    async def __aenter__(self) -> Queue:
        with self._explained():
            await asyncio.to_thread(_make, self._url)
            await self._app.open_async()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._app.close_async()

    def learn(self, name: str, task: Callable[..., Awaitable[None]]) -> None:
        """What is to be done for the jobs of that name. What raises is kept as failed; a look never does."""
        self._app.task(name=name)(task)

    async def put_hosts(self, hosts: Sequence[str]) -> int:
        """A job for each host that has none yet, in that order; answers how many. One process at a time does so."""
        with self._explained():
            async with self._connector.pool.connection() as connection:
                asked = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
                if await asked.fetchone() != (True,):
                    return 0
                known = await connection.execute(_KNOWN, {"hosts": list(hosts)})
                there = {lock for (lock,) in await known.fetchall()}
                jobs = [_job(HOSTS, LOOK, {"host": host}, host) for host in hosts if host not in there]
                if jobs:
                    await self._jobs.batch_defer_jobs_async(jobs, connection=connection)
            return len(jobs)

    async def put_chores(self, name: str, parts: Sequence[Mapping[str, Any]]) -> None:
        """A job for each part of a chore, its arguments given."""
        with self._explained():
            if jobs := [_job(CHORES, name, part) for part in parts]:
                await self._jobs.batch_defer_jobs_async(jobs)

    async def take_up_stalled(self) -> int:
        """Free the jobs of dead workers; answers how many. They keep their places in the queue."""
        with self._explained():
            await self._jobs.prune_stalled_workers(STALLED)
            stalled = list(await self._jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED))
            for job in stalled:
                await self._take_up(job)
        return len(stalled)

    async def work(self, queue: str, at_once: int) -> None:
        """Do the jobs of a queue until `stop`, or until the database fails."""
        worker = Worker(
            self._app,
            queues=[queue],
            concurrency=at_once,
            fetch_job_polling_interval=POLL,
            abort_job_polling_interval=60,
            shutdown_graceful_timeout=GRACE,
            listen_notify=False,  # a connection less, and no wait without an end
            delete_jobs="always" if queue == HOSTS else "successful",  # what is due is not known from jobs
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
        )
        self._workers.append(worker)
        try:
            with self._explained():
                await worker.run()  # type: ignore[no-untyped-call]  # the library leaves it without
        except StorageError as error:
            if not _is_of_no_worker(error):
                raise
            log.warning("this worker was silent for so long that it was taken for dead: it begins anew")
        finally:
            self._workers.remove(worker)

    def stop(self) -> None:
        """Take no more jobs."""
        for worker in self._workers:
            worker.stop()  # type: ignore[no-untyped-call]  # as above

    def abandon(self) -> None:
        """Break off all connections to a server that no longer answers."""
        self._lines.cut()

    async def _take_up(self, job: Job) -> None:
        assert job.id is not None
        if job.queue == CHORES and job.attempts + 1 >= MOST_TRIES:
            await self._jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)
            return
        try:
            await self._jobs.retry_job(job)
        except UniqueViolation:  # the host is in the queue again already
            await self._jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)

    def _register_anew(self) -> None:
        """The workers end, and whoever runs them begins them again, under other numbers: the old jobs are free."""
        self.stop()

    async def _note(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._lines.note(connection)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (ConnectorException, psycopg.Error) as error:
            cause = str(error.__cause__ or error).strip().split("\n", 1)[0]
            raise StorageError(f"the queue in {self._name} cannot be used: {cause}") from error


class _Jobs(JobManager):
    """Notes the end of a job also where the database is away for a moment: else it would be under way for ever."""

    def __init__(self, connector: PsycopgConnector, lost: Callable[[], None]) -> None:
        super().__init__(connector)
        self._lost = lost

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        for pause in NOTED_AGAIN:
            try:
                return await super().finish_job(job, status, delete_job)
            except ConnectorException as error:
                if isinstance(error.__cause__, psycopg.errors.RaiseException):
                    return None  # we were taken for dead, and another has it in hand
                await asyncio.sleep(pause)
        return self._lost()


def _is_of_no_worker(error: StorageError) -> bool:
    """Whether a job could not be taken as our number is no worker's any more."""
    cause = error.__cause__.__cause__ if error.__cause__ else None
    return isinstance(cause, psycopg.errors.ForeignKeyViolation)


_KNOWN = sql.SQL(
    "SELECT queueing_lock FROM {}.procrastinate_jobs"
    " WHERE queueing_lock = ANY(%(hosts)s) AND status IN ('todo', 'doing')"
).format(sql.Identifier(SCHEMA))


def _job(queue: str, name: str, arguments: Mapping[str, Any], lock: str | None = None) -> Job:
    return Job(queue=queue, task_name=name, task_kwargs=dict(arguments), lock=lock, queueing_lock=lock)


def _make(url: str) -> None:
    """The tables, where there are none yet."""
    schema = sql.Identifier(SCHEMA)
    with psycopg.connect(url, connect_timeout=PATIENCE["connect_timeout"]) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        found = connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.procrastinate_jobs"]).fetchone()
        if found == (None,):
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
            connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(schema))
            connection.execute(SchemaManager.get_schema())
