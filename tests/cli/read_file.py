#!/usr/bin/env python3
"""Reads a Fawn file by docs/file-format.md alone, and prints the documents that it holds now.

    read_file.py FILE.fawn      a JSON line for each: collection's number, id, time, fields

A stranger could write this from the description: so the test that compares it with `fawn export`
shows that the description is true and whole. Values that JSON lacks are printed as {"@kind": text}.
Stops with a message at the first thing that is not as described.
"""
import ctypes
import datetime
import json
import struct
import sys
import uuid

PIECE = 1 << 20
xxh3 = ctypes.CDLL("libxxhash.so.0").XXH3_64bits_withSeed
xxh3.restype = ctypes.c_uint64
xxh3.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64]


def expect(holds, what):
    if not holds:
        sys.exit(f"read_file: {what}")


def checksum(data, seed=0):
    return xxh3(data, len(data), seed)


def up(n, multiple):
    return -(-n // multiple) * multiple


# -- documents


def time_text(seconds, nanos):
    day = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    fraction = f"{nanos:09}".rstrip("0")
    return f"{day.isoformat()}{'.' + fraction if fraction else ''}Z"


def number(data, at, wide, signed=True):
    return int.from_bytes(data[at:at + (8 if wide else 4)], "little", signed=signed)


def value(block, tag, near, at, wide, shapes):
    """The value of a slot whose payload is at `at`."""
    if tag <= 2:
        return (None, False, True)[tag]
    if tag in (3, 4):
        return number(block, at, wide)
    if tag == 5:
        return struct.unpack_from("<d", block, at)[0]
    if tag == 9:
        return {"@date": (datetime.date(1970, 1, 1) + datetime.timedelta(number(block, at, wide))).isoformat()}
    if tag == 8 and near:
        packed = number(block, at, True)
        return {"@time": time_text(packed >> 30, packed & (1 << 30) - 1)}
    if near:
        piece = block[at:at + near - 1]
    else:
        offset, length = struct.unpack_from("<II" if wide else "<HH", block, at)
        piece = block[offset:offset + length]
        expect(len(piece) == length, "a piece leads out of its block")
    if tag == 6:
        return piece.decode()
    if tag == 7:
        return {"@bytes": piece.hex()}
    if tag == 8:
        return {"@time": time_text(*struct.unpack("<qI", piece))}
    if tag == 10:
        return {"@uuid": str(uuid.UUID(bytes=piece))}
    if tag == 11:
        return {"@ref": list(struct.unpack("<Iq", piece))}
    expect(tag in (12, 13), f"there is no type {tag}")
    return read_block(piece, shapes)


def read_block(block, shapes):
    shape, layout = struct.unpack_from("<II", block)
    packed = layout >> 31
    count = layout >> 24 & 31 if packed else layout
    at = 8 + up(count, 4 if packed else 8)
    values = []
    for slot in range(count):
        wide = not packed or layout >> slot & 1
        values.append(value(block, block[8 + slot] & 15, block[8 + slot] >> 4, at, wide, shapes))
        at += 8 if wide else 4
    return values if shape == 0xffffffff else dict(zip(shapes[shape], values, strict=True))


# -- the log


def texts(data, count):
    found, at = [], 0
    for _ in range(count):
        length = number(data, at, False)
        found.append(data[at + 4:at + 4 + length].decode())
        at += 4 + length
    return found


def read_body(body, time, shapes, documents):
    at = 0
    while at < len(body):
        kind, flags, length, of, derived, ident = struct.unpack_from("<BB2xIIIq", body, at)
        at += 24 + 8 * (flags & 1)
        own_time = number(body, at, True) if flags & 2 else time
        at += 8 * (flags >> 1 & 1)
        payload = body[at:at + length]
        at = up(at + length + derived, 8)
        if kind == 6:
            shapes[of] = texts(payload, ident)
        elif kind == 0:
            documents[of, ident] = (own_time, read_block(payload, shapes))
        elif kind == 1:
            documents.pop((of, ident), None)
        elif kind == 3:
            for key in [key for key in documents if key[0] == of]:
                del documents[key]


def read_file(data):
    magic, version, sum_of_header = struct.unpack_from("<16sI36xQ", data)
    expect(magic == b"Fawn database\n\0\0", "not a Fawn database")
    expect(version <= 4, f"format {version} is newer than this reader")
    expect(sum_of_header == checksum(data[:56]), "the header is damaged")
    at, shapes, documents = 64, {0: []}, {}
    while any(data[at:]):
        mark, length, time, _, found = struct.unpack_from("<4s4xqqqQ", data, at)
        expect(mark == b"FAWN", f"no record at {at}")
        body, running = data[at + 40:at + 40 + length], 0
        for piece in range(0, length, PIECE):
            running = checksum(body[piece:piece + PIECE], running)
        header = data[at:at + 32] + struct.pack("<Q", running)
        expect(found == checksum(header, at), f"the record at {at} is damaged")
        read_body(body, time, shapes, documents)
        at += 40 + length
    return documents


for (collection, ident), (time, fields) in sorted(read_file(open(sys.argv[1], "rb").read()).items()):
    print(json.dumps([collection, ident, time, fields], ensure_ascii=False, separators=(",", ":")))
