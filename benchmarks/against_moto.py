#!/usr/bin/env python3
"""Dryberth beside moto_server, in turn, in one run: time to the first answer, idle memory, requests per second."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import time

from common import Dryberth, clean_environment, connect, ecs, end, first_answer, free_port, median, pss_mib, row

HERE = pathlib.Path(__file__).resolve().parent
DEFINITION = {
    "family": "benchmark",
    "requiresCompatibilities": ["FARGATE"],
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [
        {
            "name": "app",
            "image": "busybox",
            "essential": True,
            "cpu": 128,
            "memory": 256,
            "portMappings": [{"containerPort": 80}],
            "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        }
    ],
}


def moto(port):
    return first_answer(["moto_server", "-p", str(port)], port, clean_environment())


def starts(pairs):
    ours, theirs = [], []
    for _ in range(pairs):
        daemon = Dryberth()
        ours.append(daemon.seconds)
        daemon.close()
        process, seconds = moto(free_port())
        theirs.append(seconds)
        end(process)
    ratio = median([a / b for a, b in zip(ours, theirs)])
    row(
        "process start to first ListClusters, over moto's",
        f"{ratio:.3f} x ({median(ours) * 1000:.0f} ms to {median(theirs) * 1000:.0f} ms)",
        "<= 0.25 x",
    )


def memory():
    daemon = Dryberth()
    daemon.wait_ready()
    # Its own collection comes 3 seconds after it is ready; the memory of compilers goes back every 5.
    time.sleep(10)
    figure = pss_mib(daemon.process)
    daemon.close()
    row("idle memory after start, PSS", f"{figure:.0f} MiB", "<= 80 MiB")


def per_second(port, operation, body, seconds):
    environment = dict(os.environ, OPERATION=operation, BODY=json.dumps(body))
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(HERE / "wrk/call.lua"), f"http://127.0.0.1:{port}/"]
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise RuntimeError(f"{operation} was refused: {out}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))


def hundred_tasks(port, subnet):
    connection = connect(port)
    ecs(connection, "CreateCluster", {})
    arn = ecs(connection, "RegisterTaskDefinition", DEFINITION)["taskDefinition"]["taskDefinitionArn"]
    request = {
        "taskDefinition": arn,
        "launchType": "FARGATE",
        "count": 10,
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}},
    }
    return [task["taskArn"] for _ in range(10) for task in ecs(connection, "RunTask", request)["tasks"]]


def moto_subnet(port):
    connection = connect(port)
    body = "Action=DescribeSubnets&Version=2016-11-15"
    authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=00"
    connection.request(
        "POST", "/", body, {"Content-Type": "application/x-www-form-urlencoded", "Authorization": authorization}
    )
    return re.search(r"<subnetId>([^<]+)", connection.getresponse().read().decode()).group(1)


def throughput(rounds, seconds):
    # No container is needed to describe tasks: Dryberth never asks Docker for it. So the runtime is simulated, and both
    # sides have a hundred tasks without a hundred containers.
    daemon = Dryberth("--runtime", "simulated")
    port = free_port()
    process, _ = moto(port)
    try:
        tasks = hundred_tasks(daemon.port, daemon.subnets()[0])
        their_tasks = hundred_tasks(port, moto_subnet(port))
        for operation, body, their_body, goal in [
            ("ListClusters", {}, {}, 50),
            ("DescribeTasks", {"tasks": tasks}, {"tasks": their_tasks}, 100),
            ("RegisterTaskDefinition", DEFINITION, DEFINITION, 20),
        ]:
            per_second(daemon.port, operation, body, 3)
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(per_second(daemon.port, operation, body, seconds))
                theirs.append(per_second(port, operation, their_body, seconds))
            ratio = median([a / b for a, b in zip(ours, theirs)])
            row(
                f"{operation}, requests per second over moto's, 16 at once",
                f"{ratio:.0f} x ({median(ours):.0f} to {median(theirs):.1f})",
                f">= {goal} x",
            )
    finally:
        end(process)
        daemon.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="starts of each server")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each load")
    parser.add_argument("--seconds", type=int, default=4, help="length of each load")
    arguments = parser.parse_args()
    starts(arguments.pairs)
    memory()
    throughput(arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    main()
