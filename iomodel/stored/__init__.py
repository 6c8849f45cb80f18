"""Tables whose flows stay where they are stored: row blocks on disk, or chunks of a zarr store."""

from iomodel.stored.cluster import open_zarr, write_zarr
from iomodel.stored.passing import blocks_from_file
from iomodel.stored.reading import open_blocks
from iomodel.stored.writing import write_blocks, write_row_blocks

__all__ = [
    "blocks_from_file",
    "open_blocks",
    "open_zarr",
    "write_blocks",
    "write_row_blocks",
    "write_zarr",
]
