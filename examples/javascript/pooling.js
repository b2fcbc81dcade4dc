/** The pooling layers. */

import { axesOfMaps, flag, numbers, pair, refuseIf, resultOf } from "./arrays.js";
import { ON_THE_BORDER, Windows } from "./windows.js";

/**
 * Return the largest element of every window; NaN in a window gives NaN.
 *
 * maps (H, W, K) or (N, H, W, K); a stride of null means the size. The padding, at most half of the
 * size, is on all sides and is never the largest. With ceil_mode a last window is kept that the end
 * of the padding cuts off. Returns (H', W', K) or (N, H', W', K),
 * H' = floor((H + 2 * padding - dilation * (size - 1) - 1) / stride) + 1.
 */
export function max_pool2d(maps, options = {}) {
  return pool(maps, options, (window) => window.reduce((x, y) => Math.max(x, y)));
}

/** Return the smallest element of every window; all else as for max_pool2d. */
export function min_pool2d(maps, options = {}) {
  return pool(maps, options, (window) => window.reduce((x, y) => Math.min(x, y)));
}

/**
 * Return the mean of every window, in which the zeros of the padding take part if
 * count_include_pad is true; all else as for max_pool2d.
 */
export function avg_pool2d(maps, options = {}) {
  const { count_include_pad = true, ...others } = options;
  const withBorder = flag("count_include_pad", count_include_pad);
  return pool(maps, others, (window, elements) => {
    const sum = window.reduce((total, element) => total + element);
    return sum / (withBorder ? elements : window.length);
  });
}

/** Combine what of every window lies on the map; elements counts those on the border too. */
function pool(maps, options, combine) {
  const { shape, windows } = pooledOf(maps, options);
  const pooled = resultOf(shape, maps);
  const values = numbers(maps);
  let at = 0;
  for (const { places, elements } of windows()) {
    pooled.data[at++] = combine(
      places.map((place) => values[place]),
      elements,
    );
  }
  return pooled;
}

/**
 * Return the shape of pooled maps, and a generator of the windows, in the order of their elements:
 * the places of the maps that lie in each, and how many there are with those on the border.
 */
export function pooledOf(maps, options) {
  const [number, rows, columns, count] = axesOfMaps(maps);
  const { ceil_mode = false } = options;
  const ceilMode = flag("ceil_mode", ceil_mode);
  const [acrossRows, acrossColumns] = windowsOf([rows, columns], options, ceilMode);
  const [pooledRows, pooledColumns] = [acrossRows.count(ceilMode), acrossColumns.count(ceilMode)];
  const shape = [pooledRows, pooledColumns, count];

  function* windows() {
    for (let n = 0; n < number; n++) {
      for (let i = 0; i < pooledRows; i++) {
        for (let j = 0; j < pooledColumns; j++) {
          const elements = acrossRows.elements(i, true) * acrossColumns.elements(j, true);
          for (let k = 0; k < count; k++) {
            const places = [];
            for (let a = 0; a < acrossRows.size; a++) {
              for (let b = 0; b < acrossColumns.size; b++) {
                const row = acrossRows.place(i, a);
                const column = acrossColumns.place(j, b);
                if (row === ON_THE_BORDER || column === ON_THE_BORDER) continue;
                places.push(((n * rows + row) * columns + column) * count + k);
              }
            }
            yield { places, elements };
          }
        }
      }
    }
  }

  return { shape: maps.shape.length === 4 ? [number, ...shape] : shape, windows };
}

/** Return the windows along rows and along columns, each of which holds an element of the map. */
function windowsOf(lengths, { size = 2, stride = null, padding = 0, dilation = 1 }, ceilMode) {
  const sizes = pair("size", size, 1);
  const strides = stride === null ? sizes : pair("stride", stride, 1);
  const paddings = pair("padding", padding, 0);
  const dilations = pair("dilation", dilation, 1);
  return lengths.map((length, axis) => {
    const border = paddings[axis];
    const its = new Windows({
      length,
      size: sizes[axis],
      stride: strides[axis],
      dilation: dilations[axis],
      border: [border, border],
    });
    const isHalf = 2 * border <= its.size;
    refuseIf(!isHalf, `padding must be at most half of the size ${its.size}, got ${border}`);
    const count = its.count(ceilMode);
    refuseIf(
      count === 0,
      `windows that reach over ${its.reach} do not fit into ${length}, padding ${border}`,
    );
    for (let i = 0; i < count; i++) {
      const isEmpty = its.elements(i, false) === 0;
      refuseIf(isEmpty, `a dilation of ${its.dilation} steps over ${length}: a window is empty`);
    }
    return its;
  });
}

/** Return the mean of every map: (K) of (H, W, K), (N, K) of (N, H, W, K). */
export function global_avg_pool2d(maps) {
  const [number, rows, columns, count] = axesOfMaps(maps);
  const values = numbers(maps);
  const pixels = rows * columns;
  const means = resultOf(maps.shape.length === 4 ? [number, count] : [count], maps);
  for (let n = 0; n < number; n++) {
    for (let k = 0; k < count; k++) {
      let sum = 0;
      for (let i = 0; i < pixels; i++) sum += values[(n * pixels + i) * count + k];
      means.data[n * count + k] = sum / pixels;
    }
  }
  return means;
}
