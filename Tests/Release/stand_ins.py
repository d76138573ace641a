"""Lists which functions of the libraries have a stand-in in the file to ship (Sources/CStandIns),
and fails where an original is in it instead: stand-ins are weak, so it would take their place in
silence.

usage: stand_ins.py NM BUILT

BUILT is where Scripts/build-embedded has built it, NM a nm for that kind of processor.
"""

import re
import subprocess
import sys
from pathlib import Path

NM, BUILT = sys.argv[1], Path(sys.argv[2])
# VMA, LMA, size, alignment; then what it is, further in the deeper it is: an output section, an
# input section as FILE:(SECTION), a symbol.
MAP_LINE = re.compile(r" *[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +\d+ ( *)(.*)")


def defined(objects):
    """The symbols that these files define for others, with their file."""
    listing = subprocess.run(
        [NM, "--defined-only", "--extern-only", "--print-file-name", *objects],
        capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        file, _, words = line.partition(": ")
        yield words.split()[-1], Path(file)


def linked():
    """The file that each symbol in the program is from."""
    origin, symbols = "", {}
    for line in (BUILT / "map").read_text(errors="replace").splitlines():
        found = MAP_LINE.fullmatch(line)
        if not found:
            continue
        indentation, what = found.groups()
        if ":(" in what:
            origin = what.rpartition(":(")[0]
        elif len(indentation) >= 16:
            symbols[what] = origin
    return symbols


def main():
    ours = sorted(BUILT.glob("release/CStandIns.build/*.o"))
    left_out = [file for file in [BUILT / "algorithms.o"] if file.exists()]
    if not ours:
        raise SystemExit(f"{BUILT} has no stand-ins")
    symbols = linked()
    groups, absent, replaced = {}, [], []
    for name, file in defined(ours + left_out):
        if name not in symbols:
            absent.append(name)
        elif Path(symbols[name]).name != file.name:
            if file in left_out:
                continue  # Ciphers may stand in one file with one that is needed.
            replaced.append(f"{name} ({symbols[name]})")
        else:
            groups.setdefault(file.name.partition(".")[0], []).append(name)
    for group, names in sorted(groups.items()):
        # Of the algorithms that Scripts/build-embedded leaves out there are hundreds.
        print(f"{group}:", " ".join(names) if len(names) < 50 else f"{len(names)} names")
    print("Called by nothing here:", len(absent))
    if replaced:
        raise SystemExit("The originals are in the file: " + ", ".join(replaced))


main()
