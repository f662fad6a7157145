"""Sizes that an encoded image declares, read without decoding: a bomb is refused before it goes off."""

from __future__ import annotations

import struct

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8"
JPEG_2000_START = b"\xff\x4f\xff\x51"
JPEG_2000_BOX = b"\x00\x00\x00\x0cjP  "

# Start-of-frame markers of JPEG (ISO 10918-1, table B.1) and of JPEG-LS (ISO 14495-1).
_START_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}


def png_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) from the IHDR of a PNG, or None if it isn't there."""
    if not data.startswith(PNG_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) from the first frame header of a JPEG or JPEG-LS stream, or None if there is none."""
    if not data.startswith(JPEG_START):
        return None
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker in _START_OF_FRAME:
            if at + 9 > len(data):
                return None
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def jpeg_2000_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) from the SIZ marker of a JPEG 2000 code stream, in a JP2 box or bare, or None."""
    start = 0 if data.startswith(JPEG_2000_START) else data.find(JPEG_2000_START, 0, 64 * 1024)
    if start < 0 or start + 42 > len(data):
        return None
    right, bottom, left, top = struct.unpack(">IIII", data[start + 8 : start + 24])
    # A stream may declare 16,384 components, each of which a codec would make room for.
    if int.from_bytes(data[start + 40 : start + 42], "big") > 4:
        return None
    return right - left, bottom - top


def codestream_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) of one compressed DICOM frame (JPEG, JPEG-LS or JPEG 2000), or None if it isn't one."""
    if data.startswith(JPEG_START):
        return jpeg_size(data)
    if data.startswith((JPEG_2000_START, JPEG_2000_BOX)):
        return jpeg_2000_size(data)
    return None
