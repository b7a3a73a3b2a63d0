#include "runtime/curve/batch.h"

#include "runtime/field/bulk.h"

const zk_vesta_ops *zk_vesta_batch(void)
{
#if ZK_VESTA_HAS_IFMA
    if (zk_bulk() == &zk_bulk_ifma)
        return &zk_vesta_ops_ifma;
#endif
    return &zk_vesta_ops_portable;
}
