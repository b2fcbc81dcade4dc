"""A program that speaks the line protocol, in Python without NumPy; its argument says how badly."""

import json
import math
import os
import sys
import time

WAY = sys.argv[1] if len(sys.argv) > 1 else "well"
SAID = {
    "type": "hello",
    "protocol": 1,
    "name": "a program",
    "operations": {"relu": [], "dense": [], "softmax": [], "cross_entropy": []},
    "dtypes": ["float64", "float32"],
    "arrays": "numbers",
    "recall": WAY in ("well", "changes", "reuses"),
}
SAID |= {
    "old": {"protocol": 0},
    "unknown-operation": {"operations": {"conv3d": []}},
    "unknown-dtype": {"dtypes": ["bfloat16"]},
    "whole-numbers": {"dtypes": ["int64", "uint8"]},
    "denies": {"operations": {"relu": []}},
    "no-arrays": {"arrays": "hexadecimal"},
    "list": {"operations": ["relu"]},
    "half": {"name": "a half \ud800"},
    "same-in-base64": {"operations": {"relu": []}, "arrays": "base64"},
}.get(WAY, {})
KEPT = {}
BUFFER = {}


def relu(x):
    if WAY.startswith("same"):
        return x
    if WAY == "dies" and x["data"] and x["data"][0] == -1:
        print("no negative numbers, please", file=sys.stderr)
        sys.exit(3)
    if WAY == "hangs":
        time.sleep(60)
    if WAY == "prints":
        print("relu is called")
    if WAY == "refuses":
        raise ValueError("never")
    if WAY == "denies":
        raise NotImplementedError("relu is asleep")
    if WAY == "half":
        raise ValueError("half \ud800")
    data = [
        n if n in ("NaN", "Infinity") else 0 if n == "-Infinity" else max(n, 0) for n in x["data"]
    ]
    if WAY == "changes":
        x["data"] = data
    if WAY == "short":
        data = data[1:]
    if WAY == "reuses":
        BUFFER.update(x, data=data)
        return BUFFER
    return {**x, "data": data}


def dense(x, weights, bias):
    inputs, nodes = weights["shape"]
    if math.prod(x["shape"]) != inputs or bias["shape"] != [nodes]:
        raise ValueError(f"{x['shape']} does not fit {weights['shape']} and {bias['shape']}")
    numbers = [
        math.fsum(
            [
                bias["data"][j],
                *(x["data"][i] * weights["data"][i * nodes + j] for i in range(inputs)),
            ]
        )
        for j in range(nodes)
    ]
    return {"dtype": x["dtype"], "shape": [nodes], "data": numbers}


def softmax(logits):
    if (len(logits["shape"]) != 1) != (WAY == "rows"):
        raise NotImplementedError("one row only")
    numbers = [
        {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}.get(n, n)
        for n in logits["data"]
    ]
    if not numbers:
        raise ValueError("nothing to compute")
    powers = [math.exp(n - max(numbers)) for n in numbers]
    return {**logits, "data": [p / math.fsum(powers) for p in powers]}


def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities["data"]):
        raise ValueError(f"there is no class {label}")
    p = probabilities["data"][label]
    return -math.log(p) if p else "Infinity"


def answer(message):
    if message["type"] == "hello":
        return SAID
    identity = message["id"] + (WAY == "other-call")
    if message["type"] == "recall":
        arguments, value = KEPT[message["id"]]
        seen = {"arguments": arguments} if message["what"] == "arguments" else {"value": value}
        return {"type": "recalled", "id": identity, **seen}
    try:
        arguments = message["arguments"]
        value = globals()[message["operation"]](**arguments)
    except NotImplementedError as reason:
        return {"type": "not offered", "id": identity, "message": str(reason)}
    except Exception as error:
        return {"type": "error", "id": identity, "message": str(error)}
    KEPT[identity] = arguments, value
    return {"type": "result", "id": identity, "value": value}


if WAY == "mute":
    time.sleep(60)
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "stop":
        break
    times = 2 if WAY == "twice" and message["type"] == "call" else 1
    print("\n".join([json.dumps(answer(message))] * times), flush=True)
    print(f"answered {message['type']}", file=sys.stderr)
if WAY == "well" and "STOPPED" in os.environ:
    with open(os.environ["STOPPED"], "w") as file:
        file.write("stopped")
