"""A task's whole journey as boto3's users see it: journey.py ENDPOINT SUBNET IMAGE TASK_DEFINITION_FILE."""

import json
import sys
import time
import urllib.request

try:
    import boto3
    from botocore.exceptions import ClientError, WaiterError
except ImportError:
    sys.exit("boto3 is not installed: pip install boto3 (Debian: apt-get install python3-boto3)")

endpoint, subnet, image, definition_file = sys.argv[1:]
ecs = boto3.client(
    "ecs",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
CLUSTER = "boto3"
WAIT = {"Delay": 0.2, "MaxAttempts": 300}


def check(what, seen, expected):
    if seen != expected:
        sys.exit(f"{what}: {seen!r} (expected: {expected!r})")


def container(task, name):
    return next(c for c in task["containers"] if c["name"] == name)


def describe(arn):
    return ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])["tasks"][0]


def page(url):
    """The container runs from the moment its process does; its server may need a moment more."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{url} does not answer")


def refused(operation, **parameters):
    try:
        getattr(ecs, operation)(**parameters)
    except ClientError as error:
        return error
    sys.exit(f"{operation} was not refused: {parameters}")


cluster = ecs.create_cluster(clusterName=CLUSTER, tags=[{"key": "stage", "value": "test"}])["cluster"]
check("the cluster's status", cluster["status"], "ACTIVE")

with open(definition_file, encoding="utf-8") as file:
    definition = json.load(file)
for each in definition["containerDefinitions"]:
    each["image"] = image
registered = ecs.register_task_definition(**definition)["taskDefinition"]
check("the revision", registered["revision"], 1)
check("what it can run on", sorted(registered["compatibilities"])[:2], ["EC2", "FARGATE"])

run = ecs.run_task(
    cluster=CLUSTER,
    taskDefinition=registered["taskDefinitionArn"],
    launchType="FARGATE",
    networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
    tags=[{"key": "who", "value": "boto3"}],
)
check("failures", run["failures"], [])
task = run["tasks"][0]
arn = task["taskArn"]
check("the first status", (task["lastStatus"], task["desiredStatus"]), ("PROVISIONING", "RUNNING"))

ecs.get_waiter("tasks_running").wait(cluster=CLUSTER, tasks=[arn], WaiterConfig=WAIT)
task = describe(arn)
check("init's exit code", container(task, "init")["exitCode"], 0)
details = {d["name"]: d["value"] for d in task["attachments"][0]["details"]}
greeting = page(f"http://{details['privateIPv4Address']}/")
check("the app's answer", greeting.startswith("Hello from "), True)
for _ in range(300):
    if "exitCode" in container(describe(arn), "sidecar"):
        break
    time.sleep(0.1)
check("the sidecar's exit code", container(describe(arn), "sidecar").get("exitCode"), 0)

pages = ecs.get_paginator("list_tasks").paginate(cluster=CLUSTER, family=definition["family"])
check("the listed tasks", [each for p in pages for each in p["taskArns"]], [arn])
check("the tags", ecs.list_tags_for_resource(resourceArn=arn)["tags"], [{"key": "who", "value": "boto3"}])

stopping = ecs.stop_task(cluster=CLUSTER, task=arn, reason="seen enough")["task"]
check("what is wanted now", stopping["desiredStatus"], "STOPPED")
ecs.get_waiter("tasks_stopped").wait(cluster=CLUSTER, tasks=[arn], WaiterConfig=WAIT)
task = describe(arn)
check("the stop code", (task["stopCode"], task["stoppedReason"]), ("UserInitiated", "seen enough"))
check("the app's exit code", container(task, "app")["exitCode"], 143)
check("created before stopped", task["createdAt"] < task["stoppedAt"], True)

# A waiter gives up at once on a task that can no longer run.
try:
    ecs.get_waiter("tasks_running").wait(cluster=CLUSTER, tasks=[arn], WaiterConfig=WAIT)
    sys.exit("a stopped task was taken for a running one")
except WaiterError:
    pass

error = refused("describe_tasks", cluster="nowhere", tasks=[arn])
check("the error", error.response["Error"], {"Code": "ClusterNotFoundException", "Message": "Cluster not found."})
check("its status", error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
check("its class", type(error), ecs.exceptions.ClusterNotFoundException)
missing = ecs.describe_tasks(cluster=CLUSTER, tasks=["0" * 32])
check("what is not there", (missing["tasks"], missing["failures"][0]["reason"]), ([], "MISSING"))

print(greeting.strip())
