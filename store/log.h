/* log: placeholder */
#ifndef FAWN_STORE_LOG_H
#define FAWN_STORE_LOG_H
#include "store/store_int.h"
StoreStatus log_append(Log *log, const Txn *txn, int64_t time_us);
#endif
