"""From 100 elements on the program dies with a trace on its standard error.

as: program
shows: relu(whole(10, 10))
"""
import base64
import json
import sys
import numpy as np

def relu(x):
    if x.size >= 100:
        print("thread 'main' panicked at src/relu.rs:17:9:", file=sys.stderr)
        print("index out of bounds: the len is 99 but the index is 99", file=sys.stderr)
        print("note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace", file=sys.stderr)
        sys.exit(101)
    return np.maximum(x, 0.0)

OPERATIONS = {"relu": relu}

def read(value):
    if isinstance(value, dict):
        return np.frombuffer(base64.b64decode(value["data"]), value["dtype"]).reshape(value["shape"])
    return value

def written(value):
    value = np.asarray(value)
    data = base64.b64encode(value.tobytes()).decode()
    return {"dtype": value.dtype.name, "shape": value.shape, "data": data}

def answer(message):
    if message["type"] == "hello":
        return {"type": "hello", "protocol": 1, "name": "relu", "operations": {"relu": []},
                "dtypes": ["float64"], "arrays": "base64"}
    try:
        given = {name: read(value) for name, value in message["arguments"].items()}
        value = OPERATIONS[message["operation"]](**given)
    except ValueError as error:
        return {"type": "error", "id": message["id"], "message": str(error)}
    value = [written(one) for one in value] if isinstance(value, tuple) else written(value)
    return {"type": "result", "id": message["id"], "value": value}

if __name__ == "__main__":
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "stop":
            break
        print(json.dumps(answer(message)), flush=True)
