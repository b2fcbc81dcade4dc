/* Forward passes in C. Arrays are doubles, row by row, channels first. */
#include <stddef.h>

void conv2d(const double *x, const double *w, const double *b, double *y, int n, int c, int h, int wd,
            int k, int r, int s, int stride)
{
    int oh = (h - r) / stride + 1, ow = (wd - s) / stride + 1;
    for (int in = 0; in < n; in++)
        for (int ik = 0; ik < k; ik++)
            for (int i = 0; i < oh; i++)
                for (int j = 0; j < ow; j++) {
                    double sum = b ? b[ik] : 0.0;
                    for (int ic = 0; ic < c; ic++)
                        for (int a = 0; a < r; a++)
                            for (int d = 0; d < s; d++)
                                sum += x[(((size_t)in * c + ic) * h + i * stride + a) * wd + j * stride + d]
                                     * w[(((size_t)ik * c + ic) * r + a) * s + d];
                    *y++ = sum;
                }
}

void max_pool2d(const double *x, double *y, int maps, int h, int w, int size, int stride)
{
    int oh = (h - size) / stride + 1, ow = (w - size) / stride + 1;
    for (int m = 0; m < maps; m++, x += (size_t)h * w)
        for (int i = 0; i < oh; i++)
            for (int j = 0; j < ow; j++) {
                double best = x[(size_t)i * stride * w + j * stride];
                for (int a = 0; a < size; a++)
                    for (int d = 0; d < size; d++) {
                        double v = x[((size_t)i * stride + a) * w + j * stride + d];
                        if (v > best || v != v)
                            best = v;
                    }
                *y++ = best;
            }
}

void relu(const double *x, double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

void dense(const double *x, const double *w, const double *b, double *y, int n, int inputs, int nodes)
{
    for (int row = 0; row < n; row++, x += inputs)
        for (int j = 0; j < nodes; j++) {
            double sum = b[j];
            for (int i = 0; i < inputs; i++)
                sum += x[i] * w[(size_t)i * nodes + j];
            *y++ = sum;
        }
}
