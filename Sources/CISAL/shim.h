#pragma once
#include <stddef.h>
#include <stdint.h>
#include <isa-l/igzip_lib.h>

// The sizes of buffers are macros of macros, which Swift does not import.
enum { ferry_isal_level_2_bytes = ISAL_DEF_LVL2_SMALL };

/// Compresses `in` at level 2 into one zlib stream (RFC 1950); 0 when `out` is too small for it.
/// `level_buffer` has `ferry_isal_level_2_bytes` bytes.
static inline size_t ferry_isal_zlib_level_2(
    const void *in, size_t in_bytes, void *out, size_t out_bytes, void *level_buffer
) {
    struct isal_zstream stream;
    isal_deflate_stateless_init(&stream);
    stream.next_in = (uint8_t *)in;
    stream.avail_in = (uint32_t)in_bytes;
    stream.next_out = (uint8_t *)out;
    stream.avail_out = (uint32_t)out_bytes;
    stream.gzip_flag = IGZIP_ZLIB;
    stream.end_of_stream = 1;
    stream.level = 2;
    stream.level_buf = (uint8_t *)level_buffer;
    stream.level_buf_size = ferry_isal_level_2_bytes;
    return isal_deflate_stateless(&stream) == COMP_OK ? stream.total_out : 0;
}
