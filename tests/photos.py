"""Photos for tests, as far as anything looks at them: the first bytes of each sort."""

from typing import Final

JPEG: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 a broken pipe"
PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR a receipt"
WEBP: Final = b"RIFF\x24\x00\x00\x00WEBPVP8 a fence"
HEIC: Final = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00 a door"
POLYGLOT: Final = JPEG + b"<html><script>alert(1)</script>"
NO_PHOTOS: Final = {
    "svg with a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page called a photo": b"<!doctype html><script>alert(1)</script>",
    "gif": b"GIF89a\x01\x00\x01\x00",
    "pdf": b"%PDF-1.7\n",
    "archive": b"PK\x03\x04docx",
    "program": b"MZ\x90\x00",
    "film": b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00",
    "sound": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "almost a jpeg": b"\xff\xd8\xfe\xe0",
    "page before its photo": b"<script>1</script>" + JPEG,
}
