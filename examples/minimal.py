"""The smallest program that can be judged: ReLU alone, in Python without NumPy."""

import json
import math
import sys

HELLO = {
    "type": "hello",
    "protocol": 1,
    "name": "minimal.py",
    "operations": {"relu": []},
    "dtypes": ["float64"],
    "arrays": "numbers",
}


def relu(x: list[float]) -> list[float]:
    """Return each element if it is larger than 0, otherwise 0; NaN stays NaN."""
    return [element if element > 0 or math.isnan(element) else 0.0 for element in x]


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "stop":
        break
    answer = HELLO
    if message["type"] == "call":
        x = message["arguments"]["x"]
        result = relu([float(element) for element in x["data"]])  # float("NaN") is NaN
        x["data"] = [e if math.isfinite(e) else json.dumps(e) for e in result]  # NaN is "NaN"
        answer = {"type": "result", "id": message["id"], "value": x}
    print(json.dumps(answer), flush=True)
