/* threads.h - how much an OpenMP region started here could use. */
#ifndef ZK_POLY_THREADS_H
#define ZK_POLY_THREADS_H

#include <stddef.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/* 1 inside a parallel region: callers that run over columns in parallel keep their threads. */
static inline int zk_threads(void)
{
#ifdef _OPENMP
    return omp_in_parallel() ? 1 : omp_get_max_threads();
#else
    return 1;
#endif
}

/* This thread's number in its region, from 0. */
static inline int zk_thread(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

/* Whether this thread is the one that started the region; true outside of any. */
static inline int zk_is_master(void)
{
    return zk_thread() == 0;
}

/* The start of part `i` when n items are cut into `parts` parts; part i ends where i + 1 starts. */
static inline size_t zk_part(size_t n, size_t parts, size_t i)
{
    return n / parts * i + (i < n % parts ? i : n % parts);
}

#endif
