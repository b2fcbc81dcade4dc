/* The windows along one axis, which convolution, transposed convolution and pooling share.
 *
 * Element a of window i lies at the place i * stride + a * dilation - before of the axis. Places
 * below 0 and from `length` on belong to the border, of which there are `before` and `after`.
 */

#ifndef WINDOWS_H
#define WINDOWS_H

#include <stdbool.h>

typedef struct {
    long long length; /* of the axis, without its border */
    long long size, stride, dilation;
    long long before, after;
    long long count; /* how many windows there are */
} Windows;

/* Returns over how many places a window extends, gaps included. */
long long windows_reach(const Windows *its);

/* Counts the windows that fit between the borders' ends; 0 if none does. With `ceil_mode` a last
 * one is counted that the end cuts off, if it starts before the border behind the axis. */
void windows_count(Windows *its, bool ceil_mode);

/* Chooses the border that makes ceil(length / stride) windows; an odd place is put behind. */
void windows_surround(Windows *its);

enum { ON_THE_BORDER = -1 };

/* Returns where element a of window i lies, ON_THE_BORDER if not on the axis. */
long long windows_place(const Windows *its, long long i, long long a);

/* Returns how many elements of window i lie on the axis, or not beyond the ends of its border. */
long long windows_elements(const Windows *its, long long i, bool with_border);

#endif
