"""Print the names of the system libraries that WeasyPrint needs and this machine lacks, one a line.

Runs before anything is installed, so it uses the standard library only, and it loads each library the way
WeasyPrint does: a package that is listed but broken counts as missing.
"""

from __future__ import annotations

import ctypes

# harfbuzz-subset is optional to WeasyPrint 70, but without it a letter takes three times as long.
LIBRARIES = {
    "gobject": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "pango": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "pangoft2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "harfbuzz-subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}


def loads(file_name: str) -> bool:
    """True when the dynamic linker finds `file_name` and can load it."""
    try:
        ctypes.CDLL(file_name)
    except OSError:
        return False
    return True


def missing() -> list[str]:
    """Names of the libraries of which no known file loads."""
    return [name for name, file_names in LIBRARIES.items() if not any(map(loads, file_names))]


if __name__ == "__main__":
    print("\n".join(missing()))
