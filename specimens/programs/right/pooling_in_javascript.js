/*
A program in JavaScript.

as: program
offers: max_pool2d
*/
"use strict";

const HELLO = {
  type: "hello", protocol: 1, name: "pooling in JavaScript",
  operations: { max_pool2d: ["size", "stride"] }, dtypes: ["float64"], arrays: "numbers",
};

// NaN in a window stays NaN, as with Math.max.
function pooled(map, rows, columns, depth, size, stride) {
  const down = Math.floor((rows - size) / stride) + 1;
  const across = Math.floor((columns - size) / stride) + 1;
  const values = [];
  for (let i = 0; i < down; i++)
    for (let j = 0; j < across; j++)
      for (let k = 0; k < depth; k++) {
        let largest = -Infinity;
        for (let a = 0; a < size; a++)
          for (let b = 0; b < size; b++)
            largest = Math.max(largest, map[((i * stride + a) * columns + j * stride + b) * depth + k]);
        values.push(largest);
      }
  return { shape: [down, across, depth], values };
}

function maxPool2d({ maps, size = 2, stride }) {
  stride ??= size;
  const [rows, columns, depth] = maps.shape.slice(-3);
  if (stride < 1) throw new RangeError(`the stride is ${stride}`);
  if (size > rows || size > columns) throw new RangeError("the window does not fit");
  const numbers = maps.data.map(Number);
  const length = rows * columns * depth;
  const images = [];
  for (let at = 0; at < numbers.length; at += length)
    images.push(pooled(numbers.slice(at, at + length), rows, columns, depth, size, stride));
  const shape = maps.shape.length > 3 ? [images.length, ...images[0].shape] : images[0].shape;
  return { shape, values: images.flatMap(image => image.values) };
}

function written(number) {
  return Number.isFinite(number) ? number : Number.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
}

function answer(message) {
  if (message.type === "hello") return HELLO;
  try {
    const { shape, values } = maxPool2d(message.arguments);
    const value = { dtype: "float64", shape, data: values.map(written) };
    return { type: "result", id: message.id, value };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { type: "error", id: message.id, message: error.message };
  }
}

require("readline").createInterface({ input: process.stdin }).on("line", line => {
  const message = JSON.parse(line);
  if (message.type === "stop") process.exit(0);
  console.log(JSON.stringify(answer(message)));
});
