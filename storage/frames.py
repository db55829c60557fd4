"""A body as stored: a check sum, then the whole body by Brotli (RFC 7932), or what it says beyond another body by zstd
(RFC 8878) with that as its raw-content dictionary.

Brotli makes pages a tenth to a quarter smaller than zstd does at its highest level; only zstd takes a dictionary. The
check sum is a CRC-32 of the method's mark and the rest: one changed bit of what is stored is damage,
also where it would not change what comes out.
"""

from __future__ import annotations

import zlib

import brotli
import zstandard

MAGIC = (0xFD2FB528).to_bytes(4, "little")
"""What a zstd frame begins with: the check sum takes its place."""
ZSTD, BROTLI = b"", b"\x01"
KEY_FRAME_QUALITY = 10
QUICK_QUALITY = 5
LARGE = 1_000_000  # bytes above which the high quality costs seconds
DELTA_LEVEL = 9
WIDEST = 27  # as log2: the widest window that every reader of zstd takes


class BadFrame(ValueError):
    """What is stored is no frame of a body of that size."""


def pack(body: bytes, base: bytes | None = None) -> bytes:
    """The whole body, or what it says beyond `base`."""
    if base is None:
        quality = QUICK_QUALITY if len(body) > LARGE else KEY_FRAME_QUALITY
        packed: bytes = brotli.compress(body, quality=quality)
        return _check(packed, BROTLI) + packed
    packed = _compressor(body, base).compress(body)[len(MAGIC) :]
    return _check(packed, ZSTD) + packed


def unpack(data: bytes, size: int, base: bytes | None = None) -> bytes:
    """The body. Raises BadFrame; no more is unpacked than the size that it is to have."""
    packed = data[4:]
    if data[:4] == _check(packed, BROTLI):
        return _of_brotli(packed, size)
    if data[:4] in (
        MAGIC,
        _check(packed, ZSTD),
    ):  # the magic number: as the first versions of wgwatch stored it
        return _of_zstd(MAGIC + packed, size, base)
    raise BadFrame("another check sum")


def is_sound(data: bytes) -> bool:
    """Whether what is stored is as it was written, as far as its check sum tells."""
    return data[:4] in (MAGIC, _check(data[4:], ZSTD), _check(data[4:], BROTLI))


def _of_brotli(packed: bytes, size: int) -> bytes:
    decompressor, body = brotli.Decompressor(), b""
    try:
        while not decompressor.is_finished() and len(body) <= size:
            more = decompressor.process(b"" if body else packed, output_buffer_limit=size + 1 - len(body))
            if not more and not decompressor.is_finished():
                break
            body += more
    except brotli.error as error:
        raise BadFrame(str(error)) from error
    if len(body) != size or not decompressor.is_finished():
        raise BadFrame("another size")
    return body


def _of_zstd(frame: bytes, size: int, base: bytes | None) -> bytes:
    try:
        if zstandard.frame_content_size(frame) != size:
            raise BadFrame("another size")
        dictionary = zstandard.ZstdCompressionDict(base, zstandard.DICT_TYPE_RAWCONTENT) if base else None
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(frame)
    except zstandard.ZstdError as error:
        raise BadFrame(str(error)) from error


def _check(packed: bytes, method: bytes) -> bytes:
    return zlib.crc32(packed, zlib.crc32(method)).to_bytes(4, "little")


def _compressor(body: bytes, base: bytes) -> zstandard.ZstdCompressor:
    """Long-distance matching stays off: at these levels it makes deltas many times larger."""
    dictionary = zstandard.ZstdCompressionDict(base, zstandard.DICT_TYPE_RAWCONTENT)
    window = min(WIDEST, max(10, (len(base) + len(body)).bit_length()))  # the whole base stays in sight
    parameters = zstandard.ZstdCompressionParameters.from_level(
        DELTA_LEVEL, source_size=len(body), dict_size=len(base), window_log=window, write_dict_id=False
    )
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=dictionary)
