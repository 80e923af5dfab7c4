"""An alarm's journey as boto3's users see it: cloudwatch.py ENDPOINT PROTOCOL DIRECTORY, the protocol one of botocore's
names or "default" for what this botocore speaks by itself."""

import datetime
import gzip
import json
import os
import sys
import time

try:
    import botocore.loaders
    import botocore.session
    from botocore.exceptions import ClientError
except ImportError:
    sys.exit("boto3 is not installed: pip install boto3 (Debian: apt-get install python3-boto3)")

endpoint, protocol, directory = sys.argv[1:]
session = botocore.session.get_session()
if protocol != "default":
    # A model that offers the one protocol only, in a place that is looked at before botocore's own.
    model = botocore.loaders.create_loader().load_service_model("cloudwatch", "service-2")
    model["metadata"].update({"protocol": protocol, "protocols": [protocol]})
    place = os.path.join(directory, "cloudwatch", "2010-08-01")
    os.makedirs(place)
    with gzip.open(os.path.join(place, "service-2.json.gz"), "wt") as file:
        json.dump(model, file)
    session.register_component("data_loader", botocore.loaders.create_loader(directory))
client = session.create_client(
    "cloudwatch",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
NAME = "journey-" + protocol


def check(what, seen, expected):
    if seen != expected:
        sys.exit(f"{what}: {seen!r} (expected: {expected!r})")


def state():
    return client.describe_alarms(AlarmNames=[NAME])["MetricAlarms"][0]


try:
    client.set_alarm_state(AlarmName=NAME, StateValue="OK", StateReason="a test")
    sys.exit("the state of an alarm that does not exist was set")
except ClientError as error:
    check("error", error.response["Error"]["Code"], "ResourceNotFound")
    check("exception", type(error).__name__, "ResourceNotFound")

client.put_metric_alarm(
    AlarmName=NAME,
    Namespace="shop",
    MetricName=NAME,
    Dimensions=[{"Name": "Shop", "Value": "1"}],
    Statistic="Maximum",
    Period=60,
    EvaluationPeriods=1,
    Threshold=5,
    ComparisonOperator="GreaterThanThreshold",
    TreatMissingData="ignore",
)
check("first state", state()["StateValue"], "INSUFFICIENT_DATA")
now = datetime.datetime.now(datetime.timezone.utc)
datum = {"MetricName": NAME, "Dimensions": [{"Name": "Shop", "Value": "1"}], "Unit": "Count", "Timestamp": now}
# So many that botocore compresses them.
client.put_metric_data(Namespace="shop", MetricData=[datum | {"Value": 7.5}] * 200)
deadline = time.monotonic() + 30
while state()["StateValue"] != "ALARM" and time.monotonic() < deadline:
    time.sleep(0.2)
alarm = state()
check("state", alarm["StateValue"], "ALARM")
check("threshold", alarm["Threshold"], 5.0)
points = client.get_metric_statistics(
    Namespace="shop",
    MetricName=NAME,
    Dimensions=[{"Name": "Shop", "Value": "1"}],
    StartTime=now - datetime.timedelta(minutes=5),
    EndTime=now + datetime.timedelta(minutes=5),
    Period=60,
    Statistics=["Sum", "SampleCount"],
    ExtendedStatistics=["p90"],
)["Datapoints"]
check("datapoints", [(each["Sum"], each["SampleCount"], each["Unit"]) for each in points], [(1500.0, 200.0, "Count")])
check("percentile", points[0]["ExtendedStatistics"], {"p90": 7.5})
check("time", abs(points[0]["Timestamp"] - now) < datetime.timedelta(minutes=1), True)
history = client.get_paginator("describe_alarm_history").paginate(AlarmName=NAME).build_full_result()
check("history", len(history["AlarmHistoryItems"]), 2)
client.delete_alarms(AlarmNames=[NAME])
check("alarms", client.describe_alarms(AlarmNames=[NAME])["MetricAlarms"], [])
print(client.meta.service_model.resolved_protocol)
