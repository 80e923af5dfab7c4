#!/usr/bin/env python3
"""The memory of a daemon whose load balancer is under load for ten minutes: it has to stay as it is."""

import argparse
import http.client
import pathlib
import shutil
import subprocess
import time
import urllib.parse
import xml.etree.ElementTree

from common import AUTHORIZATION, Dryberth, end, free_port, median, pss_mib, row
from proxy import NGINX, CONNECTIONS, start, wait_for

ADDRESS = "127.0.0.1"


def elb(port, operation, **members):
    """One ELBv2 call; its XML answer without namespaces."""
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=60)
    body = urllib.parse.urlencode({"Action": operation, "Version": "2015-12-01", **members})
    authorization = AUTHORIZATION.format(service="elasticloadbalancing")
    kind = "application/x-www-form-urlencoded"
    connection.request("POST", "/", body, {"Content-Type": kind, "Authorization": authorization})
    response = connection.getresponse()
    text = response.read().decode()
    if response.status != 200:
        raise RuntimeError(f"{operation} answered {response.status}: {text[:300]}")
    return xml.etree.ElementTree.fromstring(text.replace(' xmlns="', ' namespace="'))


def load_balancer(daemon, backend, listener):
    """An application load balancer before {@code backend}; waits until its target is healthy."""
    subnets = {f"Subnets.member.{i + 1}": each for i, each in enumerate(daemon.subnets()[:2])}
    balancer = elb(daemon.port, "CreateLoadBalancer", Name="memory", **subnets).find(".//LoadBalancerArn").text
    vpc = elb(daemon.port, "DescribeLoadBalancers").find(".//VpcId").text
    group = elb(
        daemon.port, "CreateTargetGroup", Name="memory", Protocol="HTTP", Port=str(backend), VpcId=vpc, TargetType="ip",
        HealthCheckIntervalSeconds="5", HealthCheckTimeoutSeconds="2", HealthyThresholdCount="2", HealthCheckPath="/1k",
    ).find(".//TargetGroupArn").text
    elb(daemon.port, "RegisterTargets", TargetGroupArn=group, **{"Targets.member.1.Id": ADDRESS, "Targets.member.1.AvailabilityZone": "all"})
    forward = {"DefaultActions.member.1.Type": "forward", "DefaultActions.member.1.TargetGroupArn": group}
    elb(daemon.port, "CreateListener", LoadBalancerArn=balancer, Protocol="HTTP", Port=str(listener), **forward)
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        if elb(daemon.port, "DescribeTargetHealth", TargetGroupArn=group).find(".//State").text == "healthy":
            return balancer
        time.sleep(0.5)
    raise RuntimeError("the target did not become healthy")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=10)
    arguments = parser.parse_args()
    daemon = Dryberth("--runtime", "simulated")
    backend, listener = free_port(), free_port()
    directory = pathlib.Path(daemon.state) / "nginx"
    directory.mkdir(mode=0o755)
    pathlib.Path(daemon.state).chmod(0o755)
    (directory / "1k").write_bytes(b"x" * 1024)
    (directory / "backend.conf").write_text(
        NGINX.format(workers=1, directory=directory, name="backend",
                     http=f"server {{ listen {ADDRESS}:{backend}; root {directory}; }}"))
    nginx = start(["nginx", "-c", str(directory / "backend.conf")])
    try:
        wait_for(backend)
        arn = load_balancer(daemon, backend, listener)
        name = elb(daemon.port, "DescribeLoadBalancers", **{"LoadBalancerArns.member.1": arn}).find(".//DNSName").text
        wait_for(listener)
        url = f"http://{ADDRESS}:{listener}/1k"
        wrk = subprocess.Popen(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{arguments.minutes}m", "-H", f"Host: {name}", url],
            stdout=subprocess.PIPE, text=True)
        minutes = []
        while wrk.poll() is None:
            time.sleep(60)
            minutes.append(pss_mib(daemon.process))
            print(f"minute {len(minutes)}: {minutes[-1]:.0f} MiB PSS", flush=True)
        out = wrk.communicate()[0]
        if "Non-2xx" in out or "Socket errors" in out:
            raise RuntimeError(out)
        print([each.strip() for each in out.splitlines() if "requests in" in each][0])
        half = len(minutes) // 2
        row("memory of the last half over that of the first, PSS", f"{median(minutes[half:]) / median(minutes[:half]):.2f} x", "<= 1.1 x")
    finally:
        end(nginx)
        daemon.close()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
