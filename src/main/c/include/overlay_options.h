/* The options of an overlay mount for mount(2), the way of kernels before 6.5: one page of text in all, so lower folders are named from
   the folder that they share, which has to be the current one. */
#ifndef BERTH_OVERLAY_OPTIONS_H
#define BERTH_OVERLAY_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define OVERLAY_OPTIONS_MAX 4096 /* with the NUL */
#define OVERLAY_LAYERS_MAX 500   /* as the kernel has it */

/* The folder that all of the COUNT paths are in, with its slash, written to FOLDER of SIZE bytes. Returns its length; 0 when there is none,
   or it does not fit. */
static inline size_t
overlay_folder(const char *const *lower, unsigned count, char *folder, size_t size)
{
    const char *slash = count > 0 ? strrchr(lower[0], '/') : NULL;
    size_t length = slash ? (size_t)(slash - lower[0]) + 1 : 0;

    for (unsigned i = 0; i < count; i++)
        if (length >= size || strncmp(lower[i], lower[0], length) != 0)
            return 0;
    if (length > 0)
        memcpy(folder, lower[0], length);
    folder[length] = '\0';
    return length;
}

static inline bool
overlay_append(char *options, size_t *used, const char *before, const char *text)
{
    int length = snprintf(options + *used, OVERLAY_OPTIONS_MAX - *used, "%s%s", before, text);

    if (length < 0 || (size_t)length >= OVERLAY_OPTIONS_MAX - *used)
        return false;
    *used += (size_t)length;
    return true;
}

/* Writes the options to OPTIONS of OVERLAY_OPTIONS_MAX bytes; the first SKIP characters of each lower path are left out. UPPER may be NULL:
   read-only. False when they do not fit. */
static inline bool
overlay_options(char *options, const char *const *lower, unsigned count, size_t skip, const char *upper, const char *work, bool is_volatile)
{
    size_t used = 0;

    for (unsigned i = 0; i < count; i++)
        if (!overlay_append(options, &used, i == 0 ? "lowerdir=" : ":", lower[i] + skip))
            return false;
    if (upper && (!overlay_append(options, &used, ",upperdir=", upper) || !overlay_append(options, &used, ",workdir=", work)))
        return false;
    return !is_volatile || overlay_append(options, &used, ",", "volatile");
}

#endif
