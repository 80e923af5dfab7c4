#!/usr/bin/env python3
"""Tasks beside bare containers, in turn, in one run: what a task costs over the plain Docker API."""

import argparse
import concurrent.futures
import functools
import http.client
import json
import os
import socket
import time

from common import Dryberth, connect, ecs, median, row

IMAGE = os.environ.get("IMAGE", "dryberth/busybox:1")
SLEEP = ["sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"]
PAUSE_IMAGE = "dryberth/pause:1"
LOOK_AGAIN_SECONDS = 0.01
WARM_UP = 10


class Docker(http.client.HTTPConnection):
    """The engine's API over its socket."""

    def __init__(self):
        super().__init__("docker", timeout=120)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/var/run/docker.sock")

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body)
        self.request(method, "/v1.41" + path, data, {"Content-Type": "application/json"} if data else {})
        response = self.getresponse()
        text = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path} answered {response.status}: {text[:300]!r}")
        return json.loads(text) if text else None

    def run(self, body):
        name = self.call("POST", "/containers/create", body)["Id"]
        self.call("POST", f"/containers/{name}/start")
        return name

    def remove(self, name):
        self.call("DELETE", f"/containers/{name}?force=true&v=true")


def bare(docker):
    start = time.perf_counter()
    name = docker.run({"Image": IMAGE, "Cmd": SLEEP})
    seconds = time.perf_counter() - start
    docker.remove(name)
    return seconds


class Network:
    """A bridge network as a VPC is one. On such a network Docker sets up a resolver for every container, which costs
    about as much again as the namespace; on its default bridge it does not, but there no address can be chosen."""

    NAME = "dryberth-benchmark"

    def __init__(self):
        self.docker = Docker()
        subnet = {"Subnet": "10.213.0.0/16"}
        self.docker.call("POST", "/networks/create", {"Name": self.NAME, "IPAM": {"Config": [subnet]}})

    def close(self):
        self.docker.call("DELETE", f"/networks/{self.NAME}")


def pause_and_app(docker, network="default"):
    pause = docker.run({"Image": PAUSE_IMAGE, "HostConfig": {"NetworkMode": network}})
    app = docker.run({"Image": IMAGE, "Cmd": SLEEP, "HostConfig": {"NetworkMode": f"container:{pause}"}})
    return [app, pause]


def bare_pair(docker, network):
    start = time.perf_counter()
    names = pause_and_app(docker, network)
    seconds = time.perf_counter() - start
    for name in names:
        docker.remove(name)
    return seconds


def four_at_once(work, items):
    """Shares the items out to four connections to the engine; what the work returned."""

    def worker(share):
        docker = Docker()
        return [work(docker, each) for each in share]

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        return [each for done in threads.map(worker, [items[i::4] for i in range(4)]) for each in done]


def ten_pairs(network):
    return four_at_once(lambda docker, _: pause_and_app(docker, network), range(10))


def remove_pairs(pairs):
    docker = Docker()
    for pair in pairs:
        for name in pair:
            docker.remove(name)


def ten_bare_pairs(network):
    start = time.perf_counter()
    pairs = ten_pairs(network)
    seconds = time.perf_counter() - start
    remove_pairs(pairs)
    return seconds


def ten_bare_pairs_replaced(network):
    """Starts ten and then stops the ten that were there before."""
    old = ten_pairs(network)
    start = time.perf_counter()
    new = ten_pairs(network)
    four_at_once(lambda docker, pair: docker.call("POST", f"/containers/{pair[0]}/stop"), old)
    seconds = time.perf_counter() - start
    remove_pairs(old + new)
    return seconds


class Tasks:
    """Runs tasks on a daemon."""

    def __init__(self, *options):
        self.daemon = Dryberth(*options)
        self.daemon.wait_ready()
        self.connection = connect(self.daemon.port)
        self.subnets = self.daemon.subnets()
        ecs(self.connection, "CreateCluster", {})
        definition = {
            "family": "benchmark",
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [{"name": "app", "image": IMAGE, "command": SLEEP}],
        }
        self.definition = ecs(self.connection, "RegisterTaskDefinition", definition)["taskDefinition"]["taskDefinitionArn"]

    def run(self, count=1):
        """Seconds to the answer, and to RUNNING of all; the tasks."""
        request = {
            "taskDefinition": self.definition,
            "launchType": "FARGATE",
            "count": count,
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": self.subnets}},
        }
        start = time.perf_counter()
        tasks = [task["taskArn"] for task in ecs(self.connection, "RunTask", request)["tasks"]]
        answered = time.perf_counter() - start
        self.await_status(tasks, "RUNNING")
        return answered, time.perf_counter() - start, tasks

    def await_status(self, tasks, status):
        while True:
            found = ecs(self.connection, "DescribeTasks", {"tasks": tasks})["tasks"]
            if all(task["lastStatus"] == status for task in found):
                return found
            if status == "RUNNING" and any(task["lastStatus"] == "STOPPED" for task in found):
                raise RuntimeError(found)
            # Asking more often would take from the engine the processor it is measured on.
            time.sleep(LOOK_AGAIN_SECONDS * len(tasks))

    def stop(self, tasks):
        for task in tasks:
            ecs(self.connection, "StopTask", {"task": task})
        return self.await_status(tasks, "STOPPED")

    def started(self, count):
        """Seconds until so many run that are stopped then."""
        _, seconds, arns = self.run(count)
        self.stop(arns)
        return seconds

    def serve(self, count):
        """Keeps a service with so many tasks."""
        request = {
            "serviceName": "benchmark",
            "taskDefinition": self.definition,
            "launchType": "FARGATE",
            "desiredCount": count,
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": self.subnets}},
        }
        ecs(self.connection, "CreateService", request)
        self.await_rolled()

    def rolled(self):
        """Seconds until the service's tasks are replaced by those of a new deployment."""
        start = time.perf_counter()
        ecs(self.connection, "UpdateService", {"service": "benchmark", "forceNewDeployment": True})
        self.await_rolled()
        return time.perf_counter() - start

    def await_rolled(self):
        while True:
            service = ecs(self.connection, "DescribeServices", {"services": ["benchmark"]})["services"][0]
            newest = service["deployments"][0]
            if newest["rolloutState"] == "COMPLETED" and service["runningCount"] == service["desiredCount"]:
                return
            time.sleep(10 * LOOK_AGAIN_SECONDS)

    def settle(self):
        """Until the removals are done and the pool is full again."""
        docker = Docker()
        seen, since = None, time.monotonic()
        while time.monotonic() - since < 1.0:
            listed = sorted(each["Id"] for each in docker.call("GET", "/containers/json?all=true"))
            if listed != seen:
                seen, since = listed, time.monotonic()
            time.sleep(0.05)

    def close(self):
        self.daemon.reset()
        self.daemon.close()


def single(rounds):
    docker = Docker()
    tasks = Tasks()
    try:
        tasks.settle()
        ratios, ours, theirs = [], [], []
        for _ in range(rounds):
            _, seconds, arns = tasks.run()
            tasks.stop(arns)
            tasks.settle()
            plain = bare(docker)
            ours.append(seconds)
            theirs.append(plain)
            ratios.append(seconds / plain)
            tasks.settle()
    finally:
        tasks.close()
    row(
        "RunTask to RUNNING, over one bare bridge container",
        f"{median(ratios):.2f} x ({median(ours) * 1000:.0f} ms to {median(theirs) * 1000:.0f} ms)",
        "<= 0.6 x",
    )


def beside_pairs(tasks, measure, pairs, rounds, name, goal):
    """Measures tasks and bare pairs in turn: on a network like the VPC's, and on the default bridge."""
    network = Network()
    ours, own, default = [], [], []
    try:
        tasks.settle()
        for _ in range(rounds):
            ours.append(measure())
            tasks.settle()
            own.append(pairs(Network.NAME))
            tasks.settle()
            default.append(pairs("default"))
            tasks.settle()
    finally:
        tasks.close()
        network.close()
    for theirs, where, wanted in [(own, "on a network like the VPC's", goal), (default, "on Docker's default bridge", "-")]:
        ratio = median([mine / other for mine, other in zip(ours, theirs)])
        row(f"{name}, {where}", f"{ratio:.2f} x ({median(ours) * 1000:.0f} ms to {median(theirs) * 1000:.0f} ms)", wanted)


def without_pool(rounds):
    docker = Docker()
    tasks = Tasks("--pause-pool", "0")
    name = "with an empty pool, over pause and app in order"
    beside_pairs(tasks, lambda: tasks.started(1), lambda network: bare_pair(docker, network), rounds, name, "<= 1.25 x")


def ten(rounds):
    name = "RunTask count 10 {} the pool, over ten bare pairs, four at once"
    for options, word, goal in [(["--pause-pool", "0"], "without", "<= 1.1 x"), ([], "with", "less")]:
        tasks = Tasks(*options)
        measure = functools.partial(tasks.started, 10)
        beside_pairs(tasks, measure, ten_bare_pairs, rounds, name.format(word), goal)


def rolling(rounds):
    """The scheduler's own wait for a new task to count as healthy is set to nothing, as bare containers have none."""
    tasks = Tasks("--timing", "healthy-after=0")
    tasks.serve(10)
    name = "a service's ten tasks rolled, over ten bare pairs started and ten stopped"
    beside_pairs(tasks, tasks.rolled, ten_bare_pairs_replaced, rounds, name, "<= 1.3 x")


def stopping(rounds):
    """From the end of a task's last process, as the engine's event tells it, to stoppedAt."""
    tasks = Tasks()
    delays = []
    try:
        for _ in range(rounds):
            _, _, arns = tasks.run()
            since = int(time.time()) - 1
            stopped = tasks.stop(arns)[0]
            filters = json.dumps({"event": ["die"], "label": [f"dev.dryberth.task={arns[0]}"]})
            events = Docker()
            path = f"/events?since={since}&until={int(time.time()) + 1}&filters=" + filters.replace(" ", "")
            events.request("GET", "/v1.41" + path.replace('"', "%22").replace("{", "%7B").replace("}", "%7D"))
            lines = events.getresponse().read().decode().splitlines()
            died = max(json.loads(line)["timeNano"] for line in lines) / 1e9
            delays.append(stopped["stoppedAt"] - died)
            tasks.settle()
    finally:
        tasks.close()
    row("last process ended to STOPPED", f"{max(delays) * 1000:.0f} ms at most, {median(delays) * 1000:.0f} median", "<= 100 ms")


def answering(rounds):
    """The whole HTTP call of this client, on a machine that has come to rest: the first, and the later ones."""
    tasks = Tasks()
    answers = []
    try:
        tasks.settle()
        for _ in range(WARM_UP + 2 * rounds):
            answered, _, arns = tasks.run()
            answers.append(answered * 1000)
            tasks.stop(arns)
            tasks.settle()
    finally:
        tasks.close()
    row("RunTask answers in", f"{median(answers[WARM_UP:]):.1f} ms (the very first time {answers[0]:.0f} ms)", "< 10 ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    answering(arguments.rounds)
    single(arguments.rounds)
    without_pool(arguments.rounds)
    ten(max(2, arguments.rounds // 2))
    rolling(max(2, arguments.rounds // 2))
    stopping(arguments.rounds)


if __name__ == "__main__":
    main()
