#!/usr/bin/env python3
"""What one change costs in a world of many services, and how long it takes to read such a world back.

    python3 benchmarks/world.py          # after `./dryberth version` and `mvn test-compile`

The engine alone, on the simulated runtime, in a JVM of its own for every figure; the restart with the daemon's own
options and AOT cache, timed from before its process begins.
"""

import shutil
import statistics
import subprocess
import tempfile
import time

from common import REPOSITORY, java

RESTARTS = 5
JVM = ["-Xms1g", "-Xmx6g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"]
MAIN = "dev.dryberth.core.service.WorldBenchmark"


def classpath():
    """The core's classes with its tests', and what they lean on."""
    core = REPOSITORY / "emulator-core"
    listed = core / "target/test-classpath.txt"
    if not listed.exists():
        subprocess.run(
            ["mvn", "-o", "-q", "-pl", "emulator-core", "dependency:build-classpath", f"-Dmdep.outputFile={listed}"],
            cwd=REPOSITORY, check=True,
        )
    return f"{core}/target/test-classes:{core}/target/classes:{listed.read_text().strip()}"


def run(*arguments):
    """Runs the program; the numbers it printed last."""
    command = [java(), *JVM, "-cp", classpath(), MAIN, *map(str, arguments)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return [float(each) for each in printed.strip().rpartition("\n")[2].split()]


def restart(directory):
    """Milliseconds until a world is back, and its tasks."""
    target = REPOSITORY / "emulator-cli/target"
    command = [
        java(), f"@{REPOSITORY}/emulator-cli/src/main/launch/jvm.options", f"-XX:AOTCache={target}/dryberth.aot",
        f"-Dorg.sqlite.lib.path={target}/native", f"-Djava.library.path={target}/native",
        "-cp", f"{target}/dryberth.jar:{REPOSITORY}/emulator-core/target/test-classes",
        MAIN, "restart", directory, str(round(time.time() * 1000)),
    ]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return [float(each) for each in printed.split()]


def main():
    print("services × tasks: a service's desired count changes | a container dies (medians of 2,000, µs)")
    for services, tasks in ((200, 2), (2_000, 2), (20_000, 2), (2_000, 10)):
        change, death = run("cost", services, tasks)
        print(f"{services:6} × {tasks:2}: {change:8.0f} | {death:8.0f}", flush=True)
    directory = tempfile.mkdtemp(prefix="dryberth-world-")
    try:
        run("build", directory, 2_000, 10)
        rounds = [restart(directory) for _ in range(RESTARTS)]
        print(f"restart with {rounds[0][1]:.0f} tasks: {statistics.median(each[0] for each in rounds):.0f} ms")
    finally:
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
