"""Reads a zip file with Python's own library: three files of 2 GiB, each with the checksum that the zip file names."""

import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as archive:
    broken = archive.testzip()
    sizes = {info.filename: info.file_size for info in archive.infolist()}
if broken:
    sys.exit(f"{broken} is broken")
if sorted(sizes.values()) != [2 << 30] * 3:
    sys.exit(f"not three files of 2 GiB: {sizes}")
