#include "store/log.h"
StoreStatus log_append(Log *log, const Txn *txn, int64_t time_us)
{
    (void)log;
    (void)txn;
    (void)time_us;
    return STORE_OK;
}
