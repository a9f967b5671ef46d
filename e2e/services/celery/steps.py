"""An application of Celery as laboratories have it: the two service tasks, and steps that go well or badly."""

import json
import os
import platform
import signal
import time
import urllib.request

from celery import Celery

app = Celery("pypelines", broker=os.environ["BROKER"], backend="rpc://")
if os.environ.get("LIKE_WINDOWS"):
    # Without an event loop: no AMQP heartbeats, events at once and from a thread of their own.
    app.IS_WINDOWS = True
app.conf.update(
    worker_send_task_events=True,
    accept_content=["json"],
    task_serializer="json",
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=False,
)


@app.task(name="pypelines.handshake")
def handshake():
    return f"{platform.node()} is happy to shake your hand and says hello !"


def told(name, requires=(), **arguments):
    pipeline, pipe, step = name.split(".")
    return {
        "signature": "(...)",
        "signature_dict": {
            # As pypelines tells it: with what its runner hands over by itself.
            "session": {"typehint": "__unknown__", "default_value": "__empty__", "kind": "POSITIONAL_OR_KEYWORD"},
            "extra": {"typehint": "__unknown__", "default_value": "", "kind": "POSITIONAL_OR_KEYWORD"},
        }
        | {
            key: {"typehint": type(value).__name__, "default_value": value, "kind": "KEYWORD_ONLY"}
            for key, value in arguments.items()
        },
        "docstring": f"Step {step}.",
        "step_name": step,
        "pipe_name": pipe,
        "pipeline_name": pipeline,
        "requires": list(requires),
        "step_level_in_pipe": len(requires),
    }


@app.task(name="pypelines.tasks_infos")
def tasks_infos(app_name, selfish=False):
    return {
        "lab.spikes.sort": told("lab.spikes.sort", threshold=float("nan"), probe="probe00"),
        "lab.spikes.curate": told("lab.spikes.curate", requires=["lab.spikes.sort"], strict=False),
        "lab.video.pose": told("lab.video.pose", requires=["lab.spikes.sort"]),
        "lab.summary.report": told("lab.summary.report", requires=["lab.spikes.curate", "lab.video.pose"]),
    }


def note(task_id):
    with open(os.environ["RAN"], "a") as file:
        file.write(f"{task_id}\n")


def step(name):
    return app.task(name=name, bind=True)


for name in ["sort", "curate"]:

    @step(f"lab.spikes.{name}")
    def well(self, task_id, extra=None):
        note(task_id)
        return {"extra": extra}


@step("lab.video.pose")
def pose(self, task_id, extra=None):
    note(task_id)


@step("lab.summary.report")
def report(self, task_id, extra=None):
    note(task_id)


@step("lab.tests.badly")
def badly(self, task_id, extra=None):
    raise ValueError("pas de données: 神経 µV")


@step("lab.tests.slow")
def slow(self, task_id, extra=None):
    note(task_id)
    for at in range(120):
        self.update_state(state="PROGRESS", meta={"current": at, "total": 120, "message": f"block {at}"})
        time.sleep(0.5)


@step("lab.tests.while")
def a_while(self, task_id, extra=None):
    note(task_id)
    time.sleep(8)


@step("lab.tests.killed")
def killed(self, task_id, extra=None):
    note(task_id)
    os.kill(os.getpid(), signal.SIGKILL)


def call(method, path, body=None):
    request = urllib.request.Request(
        os.environ["ALYX"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Token {os.environ['TOKEN']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def record(task_id, outcome):
    """As a runner of pypelines does: the whole record, twice."""
    task = call("GET", f"/tasks/{task_id}")
    task["log"] = f"task_log.{task['name']}.{task_id}.log"
    for status in ["Started", outcome]:
        task["status"] = status
        call("PATCH", f"/tasks/{task_id}", {key: value for key, value in task.items() if key not in ("id", "session_path")})
        time.sleep(0.5)


@step("lab.records.warned")
def warned(self, task_id, extra=None):
    record(task_id, "Warnings")


@step("lab.records.failed")
def failed(self, task_id, extra=None):
    record(task_id, "Failed")
