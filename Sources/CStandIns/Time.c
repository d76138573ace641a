// So that a check depends on no file that it was not told of. Certificates have their dates in UTC;
// glibc reads the file of the local time zone even so, and waits if TZ names a FIFO.

#define _GNU_SOURCE
#include "CStandIns.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

STAND_IN struct tm *gmtime_r(const time_t *restrict time, struct tm *restrict result) {
    // Years from March on have the leap day at their end, so that five months have 153 days.
    enum { day = 86400, century = 36524, era = 146097, march1of0 = 719468 };
    int64_t second = (*time % day + day) % day;
    int64_t date = *time / day - (*time % day < 0) + march1of0;
    int64_t eras = (date >= 0 ? date : date - (era - 1)) / era;
    int64_t in_era = date - eras * era;
    int64_t year = (in_era - in_era / 1460 + in_era / century - in_era / (era - 1)) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153;
    year += eras * 400 + (month >= 10) - 1900;
    if (year != (int)year) {
        errno = EOVERFLOW;
        return NULL;
    }
    bool leaps = (year + 1900) % 4 == 0 && ((year + 1900) % 100 != 0 || (year + 1900) % 400 == 0);
    *result = (struct tm){
        .tm_sec = (int)(second % 60),
        .tm_min = (int)(second / 60 % 60),
        .tm_hour = (int)(second / 3600),
        .tm_mday = (int)(in_year - (153 * month + 2) / 5 + 1),
        .tm_mon = (int)((month + 2) % 12),
        .tm_year = (int)year,
        .tm_wday = (int)(((date + 3) % 7 + 7) % 7),
        .tm_yday = (int)(month < 10 ? in_year + 59 + leaps : in_year - 306),
        .tm_zone = "GMT",
    };
    return result;
}
