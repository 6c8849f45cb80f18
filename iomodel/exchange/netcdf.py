"""Tables and SAMs as netCDF files, in the layout of `to_xarray`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from iomodel.arguments import typed
from iomodel.errors import FileError
from iomodel.exchange.xarray import from_xarray, to_xarray
from iomodel.outfile import write_whole
from iomodel.readers.files import require_file
from iomodel.sam import SAM
from iomodel.table import IOTable

ENGINE: Final = "scipy"  # netCDF 3, which every reader knows and which needs no further package


@typed
def to_netcdf(
    table: IOTable | SAM, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write a table or a SAM as a netCDF file (version 3), whole or not at all.

    Variables, axes and attributes are those of `to_xarray`; `from_netcdf` brings the same table
    back, to the last digit.  Flows in the unit that its attribute says.

    Cost: 8 n^2 bytes.  Errors: TableError for a value that is neither; WriteError for another name
    than .nc, an existing file unless `overwrite=True`, and where nothing can be written.

    >>> import tempfile
    >>> import iomodel as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = im.exchange.to_netcdf(im.load("miller-blair-2x2"), f"{folder}/t.nc")
    ...     im.exchange.from_netcdf(path).x.to_list()
    [1000.0, 2000.0]
    """
    dataset = to_xarray(table)

    def save(file: Path) -> None:
        dataset.to_netcdf(file, engine=ENGINE)

    return write_whole(path, save, suffix=".nc", overwrite=overwrite, example="table")


@typed
def from_netcdf(path: str | os.PathLike[str]) -> IOTable | SAM:
    """The checked table (or SAM) of a netCDF file laid out as `to_netcdf` lays it out.

    Shapes and unit are those of the file.  Cost: 8 n^2 bytes.
    Errors: FileError for what is no netCDF file (version 3), LabelError for missing parts and
    labels, BalanceError.

    >>> import iomodel as im
    >>> im.exchange.from_netcdf("mexico.nc")  # doctest: +SKIP
    """
    import xarray

    where = require_file(path)
    try:
        with xarray.open_dataset(where, engine=ENGINE) as stored:
            dataset = stored.load()
    except Exception as error:  # of scipy or xarray, each in its own way
        raise FileError(
            f"{where} is no complete netCDF file, version 3 ({error}).",
            remedy="Write it with iomodel.exchange.to_netcdf, or give its dataset to from_xarray.",
            file=str(where),
        ) from error
    return from_xarray(dataset)
