#!/usr/bin/env python3
"""The load balancer beside HAProxy and nginx, in turn, in one run, before the same nginx backend."""

import argparse
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from common import REPOSITORY, end, free_port, java, median, row

CONNECTIONS = 32
JVM = [
    "-XX:+UseSerialGC",
    "-Xmx256m",
    "-XX:+UseCompactObjectHeaders",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-Dio.netty.leakDetection.level=disabled",
    "-Dio.netty.jfr.enabled=false",
    "-Dio.netty.noUnsafe=false",
]
NGINX = """
daemon off; worker_processes {workers}; pid {directory}/{name}.pid; error_log {directory}/{name}.err;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; sendfile on; tcp_nodelay on;
  client_body_temp_path {directory}/b; proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f;
  uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
  {http}
}}
"""
HAPROXY = """
global
  nbthread 2
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  option forwardfor
  http-reuse always
frontend f
  bind 127.0.0.1:{port}
  default_backend b
backend b
  server s 127.0.0.1:{backend}
"""


def classpath():
    """The data plane's classes with its tests', where ProxyBench is (`mvn test-compile` first), and what they lean on."""
    pom = (REPOSITORY / "pom.xml").read_text()
    netty = re.search(r"<netty.version>(.*?)</netty.version>", pom).group(1)
    repository = pathlib.Path.home() / ".m2/repository"
    jars = sorted((repository / "io/netty").glob(f"*/{netty}/*.jar"))
    jars += sorted((repository / "org/slf4j/slf4j-api").glob("2.*/*.jar"))[-1:]
    classes = [REPOSITORY / each for each in ("emulator-api/target/test-classes", "emulator-api/target/classes", "emulator-core/target/classes")]
    return ":".join(map(str, classes + jars))


def wait_for(port):
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}")


def start(command):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


class Servers:
    """The backend and everybody before it."""

    def __init__(self, rules):
        self.directory = tempfile.mkdtemp(prefix="dryberth-proxy-")
        os.chmod(self.directory, 0o755)
        (pathlib.Path(self.directory) / "1k").write_bytes(b"x" * 1024)
        (pathlib.Path(self.directory) / "100k").write_bytes(b"x" * 100 * 1024)
        self.backend, self.ports, self.processes = free_port(), {}, {}
        try:
            self.start_all(rules)
        except BaseException:
            self.close()
            raise

    def start_all(self, rules):
        self.nginx("backend", f"server {{ listen 127.0.0.1:{self.backend}; root {self.directory}; }}")
        wait_for(self.backend)
        self.dryberth("dryberth", 0)
        if rules:
            self.dryberth(f"dryberth, {rules} rules", rules)
        self.haproxy()
        port = self.ports["nginx"] = free_port()
        upstream = f"upstream u {{ server 127.0.0.1:{self.backend}; keepalive 64; keepalive_requests 100000000; }}"
        proxy = "proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
        self.nginx("nginx", f"{upstream} server {{ listen 127.0.0.1:{port}; location / {{ {proxy} }} }}")
        for each in self.ports.values():
            wait_for(each)

    def nginx(self, name, http):
        path = pathlib.Path(self.directory) / f"{name}.conf"
        path.write_text(NGINX.format(workers=2, directory=self.directory, name=name, http=http))
        self.processes[name] = start(["nginx", "-c", str(path)])

    def haproxy(self):
        self.ports["haproxy"] = free_port()
        path = pathlib.Path(self.directory) / "haproxy.cfg"
        path.write_text(HAPROXY.format(port=self.ports["haproxy"], backend=self.backend))
        self.processes["haproxy"] = start(["haproxy", "-db", "-f", str(path)])

    def dryberth(self, name, rules):
        self.ports[name] = free_port()
        command = [java(), *JVM, "-cp", classpath(), "dev.dryberth.api.proxy.ProxyBench"]
        self.processes[name] = start(command + [str(self.ports[name]), str(self.backend), str(rules)])

    def cpu_seconds(self, name):
        """Of the process and the workers it started."""
        total, group = 0.0, self.processes[name].pid
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == group:
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return total

    def close(self):
        for each in self.processes.values():
            end(each)
        shutil.rmtree(self.directory, ignore_errors=True)


def wrk(port, path, seconds):
    """Requests per second and the 99th percentile in milliseconds."""
    out = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{port}/{path}"],
        check=True, capture_output=True, text=True,
    ).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def measure(servers, path, rounds, seconds):
    """Of each server the median of requests per second, p99 and microseconds of CPU per request."""
    figures = {name: [] for name in servers.ports}
    for _ in range(rounds):
        for name, port in servers.ports.items():
            before = servers.cpu_seconds(name)
            rate, p99 = wrk(port, path, seconds)
            spent = servers.cpu_seconds(name) - before
            figures[name].append((rate, p99, spent * 1e6 / (rate * seconds)))
    return {name: tuple(median(column) for column in zip(*rows)) for name, rows in figures.items()}


def report(path, figures):
    base = figures["haproxy"]
    goal = "0.85 x, p99 1.5 x" if path == "1k" else "0.90 x"
    for name, (rate, p99, cpu) in figures.items():
        text = f"{rate:.0f}/s {rate / base[0]:.2f} x, p99 {p99:.1f} ms {p99 / base[1]:.2f} x, {cpu:.0f} us CPU"
        row(f"{path}: {name}", text, goal if name.startswith("dryberth") else "(beside)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--warm-up", type=int, default=15)
    parser.add_argument("--rules", type=int, default=10_000)
    arguments = parser.parse_args()
    servers = Servers(arguments.rules)
    try:
        for port in servers.ports.values():
            wrk(port, "1k", arguments.warm_up)
            wrk(port, "100k", max(2, arguments.warm_up // 3))
        for path in ["1k", "100k"]:
            report(path, measure(servers, path, arguments.rounds, arguments.seconds))
    finally:
        servers.close()


if __name__ == "__main__":
    main()
