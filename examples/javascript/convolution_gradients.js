/**
 * The gradients of convolution and of transposed convolution.
 *
 * Either layer is a sum of products of a pixel and a weight. On the way back each of the two gets
 * the gradient of the sum, times the other; the bias gets the sum of the gradient.
 */

import { numbers, product, refuseIf, resultOf, text } from "./arrays.js";
import { layerOf, transposedLayerOf } from "./convolution.js";
import { ON_THE_BORDER } from "./windows.js";

/** Return the gradient to the image, in its shape; grad has the shape of the maps. */
export function conv2d_grad_image(grad, image, filters, options = {}) {
  return toImage(grad, image, filters, convolved(grad, image, filters, options));
}

/** Return the gradient to the filters, in their shape, summed over the images of a batch. */
export function conv2d_grad_filters(grad, image, filters, options = {}) {
  return toFilters(grad, image, filters, convolved(grad, image, filters, options));
}

/** Return the gradient to the bias (K), summed over the images of a batch. */
export function conv2d_grad_bias(grad, image, filters, options = {}) {
  convolved(grad, image, filters, options);
  return toBias(grad);
}

/** Return the gradient to the image, in its shape; grad has the shape of the maps. */
export function conv_transpose2d_grad_image(grad, image, filters, options = {}) {
  return toImage(grad, image, filters, laid(grad, image, filters, options));
}

/** Return the gradient to the filters, in their shape, summed over the images of a batch. */
export function conv_transpose2d_grad_filters(grad, image, filters, options = {}) {
  return toFilters(grad, image, filters, laid(grad, image, filters, options));
}

/** Return the gradient to the bias (C), summed over the images of a batch. */
export function conv_transpose2d_grad_bias(grad, image, filters, options = {}) {
  laid(grad, image, filters, options);
  return toBias(grad);
}

/** Return the products of a convolution: a generator of the places of map, pixel and weight. */
function convolved(grad, image, filters, options) {
  const layer = layerOf(image, filters, options);
  checkGrad(grad, layer.mapShape);
  const { number, rows, columns, channels, groups, acrossRows, acrossColumns } = layer;
  const [mapRows, mapColumns, count] = layer.mapShape.slice(-3);
  const seen = channels / groups;
  return function* products() {
    for (const [i, j, a, b, row, column] of pairs(acrossRows, acrossColumns, mapRows, mapColumns)) {
      for (let n = 0; n < number; n++) {
        for (let k = 0; k < count; k++) {
          const map = ((n * mapRows + i) * mapColumns + j) * count + k;
          const first = Math.floor(k / (count / groups)) * seen;
          const pixel = ((n * rows + row) * columns + column) * channels + first;
          const weight = ((k * acrossRows.size + a) * acrossColumns.size + b) * seen;
          for (let c = 0; c < seen; c++) yield [map, pixel + c, weight + c];
        }
      }
    }
  };
}

/** Return the products of a transposed convolution alike. */
function laid(grad, image, filters, options) {
  const layer = transposedLayerOf(image, filters, options);
  checkGrad(grad, layer.mapShape);
  const { number, rows, columns, groups, acrossRows, acrossColumns } = layer;
  const [height, width, count] = image.shape.slice(-3);
  const made = filters.shape[3];
  return function* products() {
    for (const [i, j, a, b, row, column] of pairs(acrossRows, acrossColumns, height, width)) {
      for (let n = 0; n < number; n++) {
        for (let k = 0; k < count; k++) {
          const pixel = ((n * height + i) * width + j) * count + k;
          const first = Math.floor(k / (count / groups)) * made;
          const map = ((n * rows + row) * columns + column) * made * groups + first;
          const weight = ((k * acrossRows.size + a) * acrossColumns.size + b) * made;
          for (let c = 0; c < made; c++) yield [map + c, pixel, weight + c];
        }
      }
    }
  };
}

/** Yield each element of each window that is not on the border: [i, j, a, b, row, column]. */
function* pairs(acrossRows, acrossColumns, windowRows, windowColumns) {
  for (let i = 0; i < windowRows; i++) {
    for (let a = 0; a < acrossRows.size; a++) {
      const row = acrossRows.place(i, a);
      if (row === ON_THE_BORDER) continue;
      for (let j = 0; j < windowColumns; j++) {
        for (let b = 0; b < acrossColumns.size; b++) {
          const column = acrossColumns.place(j, b);
          if (column !== ON_THE_BORDER) yield [i, j, a, b, row, column];
        }
      }
    }
  }
}

function checkGrad(grad, shape) {
  const fits = text(grad) === text({ shape });
  refuseIf(!fits, `grad must have the shape ${text({ shape })} of the maps, got ${text(grad)}`);
}

function toImage(grad, image, filters, products) {
  const [incoming, weights] = [grad, filters].map(numbers);
  const sums = new Float64Array(product(image.shape));
  for (const [map, pixel, weight] of products()) sums[pixel] += incoming[map] * weights[weight];
  return rounded(sums, image.shape, grad, image, filters);
}

function toFilters(grad, image, filters, products) {
  const [incoming, pixels] = [grad, image].map(numbers);
  const sums = new Float64Array(product(filters.shape));
  for (const [map, pixel, weight] of products()) sums[weight] += incoming[map] * pixels[pixel];
  return rounded(sums, filters.shape, grad, image, filters);
}

function toBias(grad) {
  const count = grad.shape.at(-1);
  const sums = new Float64Array(count);
  numbers(grad).forEach((element, i) => {
    sums[i % count] += element;
  });
  return rounded(sums, [count], grad);
}

function rounded(sums, shape, ...given) {
  const result = resultOf([...shape], ...given);
  result.data.set(sums);
  return result;
}
