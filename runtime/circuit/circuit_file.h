/* circuit_file.h - what the writer and the reader of circuit.bin share.
 *
 * The order of the parts (docs/file-formats.md has every field):
 *
 *   "ZKMLCIR1"  uint version  text name  uint k
 *   the constraint system (codec.h)
 *   values per instance column, fixed columns, copies
 *   parameters, results
 *   names of look-up tables, source files, source spans
 *   witness program: instructions, places, chains
 *   regions
 *   the layer (codec.h), unless the circuit has none
 *   BLAKE2b-256 with personalisation "zkmlc-circuitbin" of everything before: the circuit's digest
 *
 * What has no influence is not stored: attributes that an operation does not use, places of
 * private parameters, zeros at the end of a fixed column. So one circuit has one encoding.
 */
#ifndef ZK_CIRCUIT_CIRCUIT_FILE_H
#define ZK_CIRCUIT_CIRCUIT_FILE_H

#include "runtime/circuit/codec.h"
#include "runtime/circuit/text_pool.h"

extern const zk_seal zk_circuit_seal;

/* The first byte of a fixed column's values: an array's width, or this for field elements. */
enum { ZK_FILE_WIDE = 0 };
enum { ZK_FILE_AFFINE = 0, ZK_FILE_TABLE = 1 };
/* Added to the operation's number when the register is wide. */
enum { ZK_FILE_WIDE_REGISTER = 0x80 };

/* Which attributes an operation has besides its operands. */
typedef struct zk_wop_parts {
    uint32_t constants; /* c0 .. */
    bool index, limb, codes, code_count, message;
} zk_wop_parts;

zk_wop_parts zk_wop_parts_of(zk_wop op);

/* A place in the order of its numbers in the file. */
enum { ZK_FILE_PLACE_NUMBERS = 8 };
void zk_place_numbers(int64_t numbers[ZK_FILE_PLACE_NUMBERS], const zk_wplace *place);

#endif
