"""What both benchmarks need: a daemon of their own, calls to it, medians."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, "
    "SignedHeaders=host, Signature=00"
)
ECS_TARGET = "AmazonEC2ContainerServiceV20141113."


def java():
    """A JDK 25, wherever it is."""
    found = sorted(pathlib.Path("/usr/lib/jvm").glob("*25*/bin/java"))
    return str(found[0]) if found else "java"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def headers(operation):
    return {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": ECS_TARGET + operation,
        "Authorization": AUTHORIZATION.format(service="ecs"),
    }


def ecs(connection, operation, body):
    """One ECS call over a kept connection; its JSON answer."""
    connection.request("POST", "/", json.dumps(body), headers(operation))
    response = connection.getresponse()
    text = response.read()
    if response.status != 200:
        raise RuntimeError(f"{operation} answered {response.status}: {text[:300]!r}")
    return json.loads(text)


def connect(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def first_answer(command, port, environment=None):
    """Starts a server; its process and the seconds until it answered its first ListClusters."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    )
    limit = start + 120
    while time.perf_counter() < limit:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            ecs(connection, "ListClusters", {})
            return process, time.perf_counter() - start
        except (ConnectionError, OSError, http.client.HTTPException):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}")
            time.sleep(0.002)
    raise RuntimeError(f"{command[0]} did not answer")


def end(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def pss_mib(process):
    """Proportional set size of a process, as the kernel accounts it."""
    for line in pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no Pss line")


class Dryberth:
    """A daemon with a port and a state directory of its own."""

    def __init__(self, *options):
        self.port = free_port()
        self.state = tempfile.mkdtemp(prefix="dryberth-benchmark-")
        command = [str(REPOSITORY / "dryberth"), "serve", "--port", str(self.port), "--state-dir", self.state]
        self.process, self.seconds = first_answer(command + list(options), self.port)

    def wait_ready(self):
        while True:
            connection = connect(self.port)
            connection.request("GET", "/_dryberth/health")
            if json.loads(connection.getresponse().read())["ready"]:
                return
            time.sleep(0.02)

    def subnets(self):
        connection = connect(self.port)
        connection.request("GET", "/_dryberth/network")
        return [each["id"] for each in json.loads(connection.getresponse().read())["vpcs"][0]["subnets"]]

    def reset(self):
        connection = connect(self.port)
        connection.request("POST", "/_dryberth/reset")
        connection.getresponse().read()

    def close(self):
        end(self.process)
        shutil.rmtree(self.state, ignore_errors=True)


def median(values):
    return statistics.median(values)


def row(name, figure, goal):
    print(f"{name:<96} {figure:<44} goal {goal}", flush=True)


def clean_environment():
    return {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
