"""Pixels: decoding PNG, JPEG and DICOM without what identifies a patient, masters, what is served."""

from radiology.imaging.decode import decode_image, image_size
from radiology.imaging.dicom import instance_number
from radiology.imaging.export import encode_export
from radiology.imaging.frames import Frame, ImageError, Limits, Pixels
from radiology.imaging.masters import decode_mask, decode_master, encode_mask, encode_master, pixel_sha256
from radiology.imaging.render import encode_served, encode_stored, to_display
from radiology.imaging.windows import WINDOWS, Window, windowed

__all__ = [
    "WINDOWS",
    "Frame",
    "ImageError",
    "Limits",
    "Pixels",
    "Window",
    "decode_image",
    "decode_mask",
    "decode_master",
    "encode_export",
    "encode_mask",
    "encode_master",
    "encode_served",
    "encode_stored",
    "image_size",
    "instance_number",
    "pixel_sha256",
    "to_display",
    "windowed",
]
