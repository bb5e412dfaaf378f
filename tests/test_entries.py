from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job

from tryon.entries import Entries
from tryon.jobqueue import connect

MORE: dict[str, Any] = {"meta": {"request_id": "req_1"}, "result_ttl": 0, "failure_ttl": 60}
MOMENTS = {b"created_at", b"enqueued_at"}


@pytest.fixture
def redis(valkey_url: str) -> Redis:
    client = connect(valkey_url)
    client.flushall()
    return client


def test_an_entry_is_what_rq_itself_writes(redis: Redis) -> None:
    Entries(redis).push("generations", "tryon.jobs.run_generation", ("gen_1",), id="same", timeout=30, **MORE)
    ours, queues = redis.hgetall("rq:job:same"), redis.smembers("rq:queues")
    redis.flushall()
    Queue("generations", connection=redis).enqueue(
        "tryon.jobs.run_generation", args=("gen_1",), job_id="same", job_timeout=30, **MORE
    )
    theirs = redis.hgetall("rq:job:same")
    assert ours.keys() == theirs.keys()
    assert {name for name in ours if ours[name] != theirs[name]} <= MOMENTS
    assert ours[b"created_at"][:10] == theirs[b"created_at"][:10]
    assert queues == redis.smembers("rq:queues") == {b"rq:queue:generations"}


def test_entries_wait_in_the_order_they_came_in_and_rq_reads_them(redis: Redis) -> None:
    entries = Entries(redis)
    for number in range(3):
        entries.push("deliveries", "tryon.jobs.deliver_webhook", (f"dlv_{number}",), id=None, timeout=30, **MORE)
    waiting = entries.queue("deliveries").get_job_ids()
    jobs = [Job.fetch(each, connection=redis) for each in waiting]
    assert [job.args for job in jobs] == [("dlv_0",), ("dlv_1",), ("dlv_2",)]
    assert {(job.func_name, job.timeout, job.get_status().value, job.meta["request_id"]) for job in jobs} == {
        ("tryon.jobs.deliver_webhook", 30, "queued", "req_1")
    }
    assert len(set(waiting)) == 3
