"""The stock AWS CLI (version 1), many commands in one process: to start Python for each costs more than the command.

Reads a command's arguments as a JSON list from each line, runs them as `aws` does, and answers with a line of JSON:
the exit status and what was written to both outputs.
"""

import io
import json
import sys

from awscli.clidriver import create_clidriver

driver = create_clidriver()
answers = sys.stdout


def text():
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def run(arguments):
    sys.stdout, sys.stderr = text(), text()
    try:
        status = driver.main(arguments)
    except SystemExit as end:
        status = end.code
    out, err = (each.buffer.getvalue().decode() for each in (sys.stdout, sys.stderr))
    sys.stdout = answers
    return [status or 0, out, err]


print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
