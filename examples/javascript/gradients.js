/**
 * The gradients of the layers but for convolutions. `grad` is the gradient of the loss to what the
 * layer returned, in its shape; the others are what the layer was given. Those to parameters are
 * summed over the images, or rows, of a batch.
 */

import {
  axesOfMaps,
  checkNoEmptyAxis,
  numbers,
  product,
  refuseIf,
  resultOf,
  text,
} from "./arrays.js";
import { checkNorm, checkProbabilities, checkRows, labelsOf, softmax } from "./layers.js";
import { pooledOf } from "./pooling.js";

// --- of each number ------------------------------------------------------------------------

/** Return grad where x is larger than 0, otherwise 0. Any shape. */
export function relu_backward(grad, x) {
  return ofEach(grad, x, (g, element) => (element > 0 ? g : 0));
}

/** Return grad where x is larger than 0, otherwise slope times it. Any shape. */
export function leaky_relu_backward(grad, x, { slope = 0.01 } = {}) {
  refuseIf(typeof slope !== "number", `slope must be a number, got ${slope}`);
  return ofEach(grad, x, (g, element) => (element > 0 ? g : slope * g));
}

/** Return grad * y * (1 - y), y the sigmoid of x: e / (1 + e)^2 with e = exp(-|x|). Any shape. */
export function sigmoid_backward(grad, x) {
  return ofEach(grad, x, (g, element) => {
    const small = Math.exp(-Math.abs(element));
    return (g * small) / (1 + small) ** 2;
  });
}

/** Return grad * (1 - tanh(x)^2): 4 e / (1 + e)^2 with e = exp(-2 |x|). Any shape. */
export function tanh_backward(grad, x) {
  return ofEach(grad, x, (g, element) => {
    const small = Math.exp(-2 * Math.abs(element));
    return (g * 4 * small) / (1 + small) ** 2;
  });
}

function ofEach(grad, x, compute) {
  checkGrad(grad, x.shape);
  const values = numbers(x);
  const result = resultOf([...x.shape], grad, x);
  numbers(grad).forEach((g, i) => {
    result.data[i] = compute(g, values[i]);
  });
  return result;
}

function checkGrad(grad, shape) {
  const fits = text(grad) === text({ shape });
  refuseIf(!fits, `grad must have the shape ${text({ shape })}, got ${text(grad)}`);
}

// --- batch normalisation -------------------------------------------------------------------

/** Return grad * scale / deviation, the deviation being sqrt(variance + epsilon). */
export function batch_norm_grad_maps(grad, maps, mean, variance, scale, options = {}) {
  const norm = normOf(grad, maps, { mean, variance, scale }, options);
  const result = resultOf([...maps.shape], ...norm.given);
  numbers(grad).forEach((g, i) => {
    const { deviation, s } = norm.at(i);
    result.data[i] = (g * s) / deviation;
  });
  return result;
}

/** Return the sums of -grad * scale / deviation over each map (K). */
export function batch_norm_grad_mean(grad, maps, mean, variance, scale, options = {}) {
  const norm = normOf(grad, maps, { mean, variance, scale }, options);
  return summed(grad, norm, (g, { deviation, s }) => (-g * s) / deviation);
}

/** Return the sums of -grad * (maps - mean) * scale / (2 * deviation^3) over each map (K). */
export function batch_norm_grad_variance(grad, maps, mean, variance, scale, options = {}) {
  const norm = normOf(grad, maps, { mean, variance, scale }, options);
  return summed(
    grad,
    norm,
    (g, { centred, deviation, s }) => (-g * centred * s) / (2 * deviation ** 3),
  );
}

/** Return the sums of grad * (maps - mean) / deviation over each map (K). */
export function batch_norm_grad_scale(grad, maps, mean, variance, scale, options = {}) {
  const norm = normOf(grad, maps, { mean, variance, scale }, options);
  return summed(grad, norm, (g, { centred, deviation }) => (g * centred) / deviation);
}

/** Return the sums of grad over each map (K). */
export function batch_norm_grad_offset(grad, maps, mean, variance, scale, options = {}) {
  return summed(grad, normOf(grad, maps, { mean, variance, scale }, options), (g) => g);
}

/** Return what each element of the maps was normalised by. */
function normOf(grad, maps, ofMaps, { epsilon = 1e-5 }) {
  const count = axesOfMaps(maps).at(-1);
  checkGrad(grad, maps.shape);
  checkNorm(ofMaps, count, epsilon);
  const values = numbers(maps);
  const [means, variances, scales] = Object.values(ofMaps).map(numbers);
  const at = (i) => ({
    centred: values[i] - means[i % count],
    deviation: Math.sqrt(variances[i % count] + epsilon),
    s: scales[i % count],
  });
  return { at, count, given: [grad, maps, ...Object.values(ofMaps)] };
}

function summed(grad, { at, count, given }, compute) {
  const sums = new Float64Array(count);
  numbers(grad).forEach((g, i) => {
    sums[i % count] += compute(g, at(i));
  });
  const result = resultOf([count], ...given);
  result.data.set(sums);
  return result;
}

// --- pooling and flattening ----------------------------------------------------------------

/** Return zeros, and at the first of the largest elements of every window its number of grad. */
export function max_pool2d_backward(grad, maps, options = {}) {
  return toChosen(grad, maps, options, (x, y) => x > y);
}

/** Return zeros, and at the first of the smallest elements of every window its number of grad. */
export function min_pool2d_backward(grad, maps, options = {}) {
  return toChosen(grad, maps, options, (x, y) => x < y);
}

function toChosen(grad, maps, options, isBetter) {
  const values = numbers(maps);
  return pooledBack(grad, maps, options, (sums, g, places) => {
    let chosen = places[0];
    for (const place of places) {
      const isFirstNaN = Number.isNaN(values[place]) && !Number.isNaN(values[chosen]);
      if (isFirstNaN || isBetter(values[place], values[chosen])) chosen = place;
    }
    sums[chosen] += g;
  });
}

/** Return what every element gets of the windows that it was averaged in: grad over their size. */
export function avg_pool2d_backward(grad, maps, options = {}) {
  const { count_include_pad = true, ...others } = options;
  return pooledBack(grad, maps, others, (sums, g, places, elements) => {
    for (const place of places) sums[place] += g / (count_include_pad ? elements : places.length);
  });
}

function pooledBack(grad, maps, options, give) {
  const { shape, windows } = pooledOf(maps, options);
  checkGrad(grad, shape);
  const incoming = numbers(grad);
  const sums = new Float64Array(product(maps.shape));
  let at = 0;
  for (const { places, elements } of windows()) give(sums, incoming[at++], places, elements);
  const result = resultOf([...maps.shape], grad, maps);
  result.data.set(sums);
  return result;
}

/** Return for every element its map's number of grad (K) or (N, K), over rows times columns. */
export function global_avg_pool2d_backward(grad, maps) {
  const [number, rows, columns, count] = axesOfMaps(maps);
  checkGrad(grad, maps.shape.length === 4 ? [number, count] : [count]);
  const incoming = numbers(grad);
  const pixels = rows * columns;
  const result = resultOf([...maps.shape], grad, maps);
  result.data.forEach((_, i) => {
    const image = Math.floor(i / (pixels * count));
    result.data[i] = incoming[image * count + (i % count)] / pixels;
  });
  return result;
}

/** Return grad (H * W * K) or (N, H * W * K) in the shape of the maps. */
export function flatten_backward(grad, maps) {
  const [number, ...axes] = axesOfMaps(maps);
  checkGrad(grad, maps.shape.length === 4 ? [number, product(axes)] : [product(axes)]);
  const result = resultOf([...maps.shape], grad, maps);
  result.data.set(numbers(grad));
  return result;
}

// --- dense ---------------------------------------------------------------------------------

/** Return weights times grad, in the shape of x. */
export function dense_grad_x(grad, x, weights) {
  return denseBack(grad, x, weights, x.shape, ({ rows, inputs, nodes, g, w }, sums) => {
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < inputs; i++) {
        for (let node = 0; node < nodes; node++) {
          sums[row * inputs + i] += w[i * nodes + node] * g[row * nodes + node];
        }
      }
    }
  });
}

/** Return each input times each number of grad (inputs, nodes), summed over rows. */
export function dense_grad_weights(grad, x, weights) {
  return denseBack(grad, x, weights, weights.shape, ({ rows, inputs, nodes, g, v }, sums) => {
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < inputs; i++) {
        for (let node = 0; node < nodes; node++) {
          sums[i * nodes + node] += v[row * inputs + i] * g[row * nodes + node];
        }
      }
    }
  });
}

/** Return grad (nodes), summed over rows. */
export function dense_grad_bias(grad, x, weights) {
  return denseBack(grad, x, weights, weights.shape.slice(1), ({ nodes, g }, sums) => {
    g.forEach((one, i) => {
      sums[i % nodes] += one;
    });
  });
}

function denseBack(grad, x, weights, shape, add) {
  refuseIf(weights.shape.length !== 2, `weights must be (inputs, nodes), got ${text(weights)}`);
  const [inputs, nodes] = weights.shape;
  for (const [name, array] of Object.entries({ grad, x, weights })) checkNoEmptyAxis(name, array);
  const areRows = grad.shape.length === 2;
  const isGrad = (areRows || grad.shape.length === 1) && grad.shape.at(-1) === nodes;
  refuseIf(!isGrad, `grad must be (${nodes}) or (N, ${nodes}), got ${text(grad)}`);
  const rows = areRows ? grad.shape[0] : 1;
  const fits = product(x.shape) === rows * inputs && (!areRows || x.shape[0] === rows);
  refuseIf(!fits, `x ${text(x)} and weights ${text(weights)} have no gradient ${text(grad)}`);
  const [g, v, w] = [grad, x, weights].map(numbers);
  const sums = new Float64Array(product(shape));
  add({ rows, inputs, nodes, g, v, w }, sums);
  const result = resultOf([...shape], grad, x, weights);
  result.data.set(sums);
  return result;
}

// --- softmax and losses --------------------------------------------------------------------

/** Return p * (grad - sum of p * grad) along the last axis, p the softmax of the logits. */
export function softmax_backward(grad, logits) {
  return ofEachRow(grad, logits, (g, p) => {
    const mean = g.reduce((sum, one, i) => sum + one * p[i], 0);
    return g.map((one, i) => p[i] * (one - mean));
  });
}

/** Return grad - p * (sum of grad) along the last axis, p the softmax of the logits. */
export function log_softmax_backward(grad, logits) {
  return ofEachRow(grad, logits, (g, p) => {
    const sum = g.reduce((total, one) => total + one, 0);
    return g.map((one, i) => one - p[i] * sum);
  });
}

function ofEachRow(grad, logits, compute) {
  checkRows(logits);
  checkGrad(grad, logits.shape);
  const classes = logits.shape.at(-1);
  const p = probabilitiesOf(logits);
  const incoming = Float64Array.from(numbers(grad));
  const result = resultOf([...logits.shape], grad, logits);
  for (let start = 0; start < p.length; start += classes) {
    const row = [incoming, p].map((values) => values.subarray(start, start + classes));
    result.data.set(compute(...row), start);
  }
  return result;
}

/** Return the probabilities of logits in double precision. */
function probabilitiesOf(logits) {
  const data = Float64Array.from(numbers(logits));
  return softmax({ dtype: "float64", shape: logits.shape, data }).data;
}

/** Return -1 / p at the label, otherwise 0; probabilities (classes). */
export function cross_entropy_backward(probabilities, label) {
  checkProbabilities(probabilities, label);
  const result = resultOf([...probabilities.shape], probabilities);
  result.data[label] = -1 / numbers(probabilities)[label];
  return result;
}

/** Return p, with 1 subtracted at the label of each row, p the softmax of the logits. */
export function softmax_cross_entropy_backward(logits, label) {
  const labels = labelsOf(logits, label);
  const p = probabilitiesOf(logits);
  labels.forEach((one, row) => {
    p[row * logits.shape.at(-1) + one] -= 1;
  });
  const result = resultOf([...logits.shape], logits);
  result.data.set(p);
  return result;
}
