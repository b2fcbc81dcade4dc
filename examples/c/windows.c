#include "windows.h"

long long windows_reach(const Windows *its)
{
    return its->dilation * (its->size - 1) + 1;
}

void windows_count(Windows *its, bool ceil_mode)
{
    long long room = its->before + its->length + its->after - windows_reach(its);
    if (ceil_mode)
        room += its->stride - 1;
    its->count = room < 0 ? 0 : room / its->stride + 1;
    if (ceil_mode && (its->count - 1) * its->stride >= its->before + its->length)
        its->count--;
}

void windows_surround(Windows *its)
{
    const long long count = (its->length + its->stride - 1) / its->stride;
    const long long needed = (count - 1) * its->stride + windows_reach(its);
    const long long border = needed > its->length ? needed - its->length : 0;
    its->before = border / 2;
    its->after = border - its->before;
}

long long windows_place(const Windows *its, long long i, long long a)
{
    const long long place = i * its->stride + a * its->dilation - its->before;
    return place >= 0 && place < its->length ? place : ON_THE_BORDER;
}

long long windows_elements(const Windows *its, long long i, bool with_border)
{
    const long long end = its->before + its->length + its->after;
    long long elements = 0;
    for (long long a = 0; a < its->size; a++)
        if (with_border ? i * its->stride + a * its->dilation < end
                        : windows_place(its, i, a) != ON_THE_BORDER)
            elements++;
    return elements;
}
