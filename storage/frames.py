"""A body as stored: one zstd frame (RFC 8878), of the whole or with another body as its raw-content dictionary.

The frame's magic number, which is the same in all, gives its place to a CRC-32 of the rest: so one changed bit of
what is stored is damage, also where it would not change what comes out.
"""

from __future__ import annotations

import zlib

import zstandard

MAGIC = (0xFD2FB528).to_bytes(4, "little")
KEY_FRAME_LEVEL = 19
DELTA_LEVEL = 9
LARGE = 1_000_000  # bytes above which level 19 costs seconds
WIDEST = 27  # as log2: the widest window that every reader of zstd takes


class BadFrame(ValueError):
    """What is stored is no frame of a body of that size."""


def pack(body: bytes, base: bytes | None = None) -> bytes:
    """The whole body, or what it says beyond `base`."""
    frame = _compressor(body, base).compress(body)
    return _check(frame[4:]) + frame[4:]


def unpack(data: bytes, size: int, base: bytes | None = None) -> bytes:
    """The body. Raises BadFrame; what announces another size is refused before a byte is unpacked."""
    try:
        frame = _frame(data)
        if zstandard.frame_content_size(frame) != size:
            raise BadFrame("another size")
        dictionary = zstandard.ZstdCompressionDict(base, zstandard.DICT_TYPE_RAWCONTENT) if base else None
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(frame)
    except zstandard.ZstdError as error:
        raise BadFrame(str(error)) from error


def is_sound(data: bytes) -> bool:
    """Whether what is stored is as it was written, as far as its check sum tells."""
    return data[:4] in (MAGIC, _check(data[4:]))


def _frame(data: bytes) -> bytes:
    if data[:4] == MAGIC:  # as the first versions of wgwatch stored them
        return data
    if data[:4] != _check(data[4:]):
        raise BadFrame("another check sum")
    return MAGIC + data[4:]


def _check(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")


def _compressor(body: bytes, base: bytes | None) -> zstandard.ZstdCompressor:
    """Long-distance matching stays off: at these levels it makes deltas many times larger."""
    if base is None:
        level = DELTA_LEVEL if len(body) > LARGE else KEY_FRAME_LEVEL
        return zstandard.ZstdCompressor(level=level)
    dictionary = zstandard.ZstdCompressionDict(base, zstandard.DICT_TYPE_RAWCONTENT)
    window = min(WIDEST, max(10, (len(base) + len(body)).bit_length()))  # the whole base stays in sight
    parameters = zstandard.ZstdCompressionParameters.from_level(
        DELTA_LEVEL, source_size=len(body), dict_size=len(base), window_log=window, write_dict_id=False
    )
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=dictionary)
