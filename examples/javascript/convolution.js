/** Convolution and transposed convolution. */

import {
  checkNoEmptyAxis,
  checkOneEach,
  integer,
  numbers,
  pair,
  product,
  refuseIf,
  resultOf,
  sides,
  text,
} from "./arrays.js";
import { ON_THE_BORDER, Windows } from "./windows.js";

/**
 * Lay every filter over every window of the image and sum the products (cross-correlation):
 *
 *     maps[i, j, k] = bias[k] + sum over a, b, c of filters[k, a, b, c] *
 *         image[i * stride + a * dilation - top, likewise j and b, channel c of the group of k]
 *
 * image (H, W), (H, W, C) or (N, H, W, C), with zeros around it; filters (K, f, f) for an image
 * without channel axis, (K, f, f, C / groups) for one with, f odd; bias (K) or null. Padding is
 * "valid", "same" for as many zeros as give ceil(H / stride) windows, or numbers. Channels and
 * filters are divided into groups, in order, each of which sees only its own.
 *
 * Returns (H', W', K), or (N, H', W', K) for a batch,
 * H' = floor((H + top + bottom - dilation * (f - 1) - 1) / stride) + 1.
 */
export function conv2d(image, filters, bias = null, options = {}) {
  const layer = layerOf(image, filters, options);
  if (bias) checkOneEach("bias", bias, filters.shape[0]);
  const { number, rows, columns, channels, groups, acrossRows, acrossColumns } = layer;
  const [mapRows, mapColumns, count] = layer.mapShape.slice(-3);
  const maps = resultOf(layer.mapShape, ...(bias ? [image, filters, bias] : [image, filters]));
  const pixels = numbers(image);
  const weights = numbers(filters);
  const biases = bias ? numbers(bias) : new Float64Array(count);
  const [height, width] = filters.shape.slice(1);
  const groupChannels = channels / groups;
  let at = 0;
  for (let n = 0; n < number; n++) {
    for (let i = 0; i < mapRows; i++) {
      for (let j = 0; j < mapColumns; j++) {
        for (let k = 0; k < count; k++) {
          const group = Math.floor(k / (count / groups));
          let sum = biases[k];
          for (let a = 0; a < height; a++) {
            for (let b = 0; b < width; b++) {
              const row = acrossRows.place(i, a);
              const column = acrossColumns.place(j, b);
              if (row === ON_THE_BORDER || column === ON_THE_BORDER) continue; // zeros
              const first = ((n * rows + row) * columns + column) * channels;
              const pixel = first + group * groupChannels;
              const weight = ((k * height + a) * width + b) * groupChannels;
              for (let c = 0; c < groupChannels; c++) {
                sum += pixels[pixel + c] * weights[weight + c];
              }
            }
          }
          maps.data[at++] = sum;
        }
      }
    }
  }
  return maps;
}

/** Return where the filters lie over the image, and the shape of the maps. */
export function layerOf(
  image,
  filters,
  { stride = 1, padding = "valid", dilation = 1, groups = 1 } = {},
) {
  checkFilters(image, filters, integer("groups", groups, 1));
  const isWord = typeof padding === "string";
  refuseIf(
    isWord && padding !== "valid" && padding !== "same",
    `padding must be numbers, "valid" or "same", got ${JSON.stringify(padding)}`,
  );
  const along = windowsOf(filters, stride, dilation, isWord ? 0 : padding);
  const isBatch = image.shape.length === 4;
  const [number, rows, columns, channels = 1] = isBatch ? image.shape : [1, ...image.shape];
  along.forEach((its, axis) => {
    its.length = [rows, columns][axis];
    if (padding === "same") its.surround();
    const length = its.before + its.length + its.after;
    const fits = its.reach <= length;
    refuseIf(!fits, `filters that reach over ${its.reach} pixels do not fit into ${length}`);
  });

  const mapShape = [...along.map((its) => its.count()), filters.shape[0]];
  const [acrossRows, acrossColumns] = along;
  return {
    ...{ number, rows, columns, channels, groups, acrossRows, acrossColumns },
    mapShape: isBatch ? [number, ...mapShape] : mapShape,
  };
}

function checkFilters(image, filters, groups) {
  const shapes = `image ${text(image)}, filters ${text(filters)}`;
  const imageAxes = image.shape.length;
  const filterAxes = filters.shape.length;
  refuseIf(
    ![2, 3, 4].includes(imageAxes),
    `image must be (H, W), (H, W, C) or (N, H, W, C), got ${shapes}`,
  );
  refuseIf(
    ![3, 4].includes(filterAxes),
    `filters must be (K, f, f) or (K, f, f, C / groups), got ${shapes}`,
  );
  checkNoEmptyAxis("image", image, imageAxes === 4 ? 1 : 0);
  checkNoEmptyAxis("filters", filters, 1);
  refuseIf(
    (imageAxes === 2) !== (filterAxes === 3),
    `image and filters must both have a channel axis or both have none, got ${shapes}`,
  );
  const imageChannels = imageAxes === 2 ? 1 : image.shape.at(-1);
  const [count, rows, columns, filterChannels = 1] = filters.shape;
  checkGroups(groups, imageChannels, "channels");
  checkGroups(groups, count, "filters");
  const inGroups = groups === 1 ? "" : ` in each of ${groups} groups`;
  refuseIf(
    imageChannels !== filterChannels * groups,
    `the image has ${imageChannels} channels and the filters ${filterChannels}${inGroups}: ${shapes}`,
  );
  refuseIf(rows !== columns, `filters must be square, got ${rows}x${columns}`);
  refuseIf(rows % 2 === 0, `the filter size must be odd, got ${rows}`);
}

function checkGroups(groups, count, what) {
  refuseIf(count % groups !== 0, `${groups} groups do not divide ${count} ${what}`);
}

/** Return the windows of filters along rows and along columns. */
function windowsOf(filters, stride, dilation, padding) {
  const strides = pair("stride", stride, 1);
  const dilations = pair("dilation", dilation, 1);
  return sides("padding", padding).map(
    (border, axis) =>
      new Windows({
        size: filters.shape[1 + axis],
        stride: strides[axis],
        dilation: dilations[axis],
        border,
      }),
  );
}

/**
 * Lay every filter over the maps once for each pixel, times the pixel, and add all up:
 *
 *     maps[i * stride + a * dilation - top, likewise j and b, map c of the group of k] +=
 *         image[i, j, k] * filters[k, a, b, c]
 *
 * image (H, W, K) or (N, H, W, K); filters (K, f, g, C / groups); bias (C) or null. The padding is
 * cut off at the edges of the maps, the output padding is added below and on the right.
 *
 * Returns (H', W', C), or (N, H', W', C) for a batch,
 * H' = (H - 1) * stride - top - bottom + dilation * (f - 1) + 1 + output_padding.
 */
export function conv_transpose2d(image, filters, bias = null, options = {}) {
  const layer = transposedLayerOf(image, filters, options);
  const { number, rows, columns, groups, acrossRows, acrossColumns } = layer;
  const channels = layer.mapShape.at(-1);
  if (bias) checkOneEach("bias", bias, channels);
  const [count, height, width, groupMaps] = filters.shape;
  const pixelAxes = image.shape.slice(-3);
  const maps = resultOf(layer.mapShape, ...(bias ? [image, filters, bias] : [image, filters]));
  const pixels = numbers(image);
  const weights = numbers(filters);
  const sums = new Float64Array(product(maps.shape)); // the result may be float32
  let at = 0;
  for (let n = 0; n < number; n++) {
    for (let i = 0; i < pixelAxes[0]; i++) {
      for (let j = 0; j < pixelAxes[1]; j++) {
        for (let k = 0; k < count; k++) {
          const pixel = pixels[at++];
          const group = Math.floor(k / (count / groups));
          for (let a = 0; a < height; a++) {
            for (let b = 0; b < width; b++) {
              const row = acrossRows.place(i, a);
              const column = acrossColumns.place(j, b);
              if (row === ON_THE_BORDER || column === ON_THE_BORDER) continue; // cut off
              const first = ((n * rows + row) * columns + column) * channels + group * groupMaps;
              const weight = ((k * height + a) * width + b) * groupMaps;
              for (let c = 0; c < groupMaps; c++) sums[first + c] += pixel * weights[weight + c];
            }
          }
        }
      }
    }
  }
  const biases = bias ? numbers(bias) : new Float64Array(channels);
  sums.forEach((sum, i) => {
    maps.data[i] = sum + biases[i % channels];
  });
  return maps;
}

/** Return where the filters are laid over the maps, and the shape of these. */
export function transposedLayerOf(
  image,
  filters,
  { stride = 1, padding = 0, output_padding = 0, dilation = 1, groups = 1 } = {},
) {
  checkFiltersOfChannels(image, filters, integer("groups", groups, 1));
  const channels = filters.shape[3] * groups;
  const isBatch = image.shape.length === 4;
  const [number, ...pixelAxes] = isBatch ? image.shape : [1, ...image.shape];
  const added = pair("output_padding", output_padding, 0);
  const along = windowsOf(filters, stride, dilation, padding);
  along.forEach((its, axis) => {
    refuseIf(
      added[axis] >= Math.max(its.stride, its.dilation),
      `output_padding must be below the stride or the dilation, got ${added[axis]}`,
    );
    // The windows lie on the maps: the one of pixel i is where its filter is laid.
    const whole = (pixelAxes[axis] - 1) * its.stride + its.reach + added[axis];
    its.length = whole - its.before - its.after;
    const isLeft = its.length >= 1;
    refuseIf(!isLeft, `padding of ${its.before} and ${its.after} leaves nothing of the maps`);
  });

  const [acrossRows, acrossColumns] = along;
  const [rows, columns] = along.map((its) => its.length);
  const mapShape = [rows, columns, channels];
  return {
    ...{ number, rows, columns, groups, acrossRows, acrossColumns },
    mapShape: isBatch ? [number, ...mapShape] : mapShape,
  };
}

function checkFiltersOfChannels(image, filters, groups) {
  const shapes = `image ${text(image)}, filters ${text(filters)}`;
  const axes = image.shape.length;
  refuseIf(axes !== 3 && axes !== 4, `image must be (H, W, K) or (N, H, W, K), got ${shapes}`);
  refuseIf(filters.shape.length !== 4, `filters must be (K, f, g, C / groups), got ${shapes}`);
  checkNoEmptyAxis("image", image, axes === 4 ? 1 : 0);
  checkNoEmptyAxis("filters", filters);
  refuseIf(image.shape.at(-1) !== filters.shape[0], `each channel must have a filter: ${shapes}`);
  checkGroups(groups, filters.shape[0], "channels");
}
