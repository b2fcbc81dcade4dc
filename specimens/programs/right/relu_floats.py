"""A program for float64 only.

as: program
"""
import base64
import json
import sys
import numpy as np

def relu(x):
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
