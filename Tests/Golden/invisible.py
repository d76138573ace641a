"""Writes invisible.txt beside this file: characters beyond ASCII that have no look of their own.

    python3 Tests/Golden/invisible.py

Python knows the general categories. It does not know the property Default_Ignorable_Code_Point,
which is written out here from Unicode's DerivedCoreProperties.txt, nor the format characters that
are newer than its tables.
"""

import os
import sys
import unicodedata

CATEGORIES = {"Cc", "Cf", "Zl", "Zp"}
DEFAULT_IGNORABLE = """
    00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F FEFF
    FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF
"""
# Unicode 15 has 16 of the hieroglyphs' format controls, 14 has the first nine.
NEWER_FORMAT_CHARACTERS = "13430-1343F"
# A picture of nothing by definition: a Braille pattern without dots.
BLANK = "2800"


def written_out(text):
    for word in text.split():
        first, _, last = word.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def ranges(numbers):
    first = last = None
    for number in sorted(numbers):
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None:
            yield first, last
        first = last = number
    yield first, last


def main():
    found = {
        number
        for number in range(0x80, sys.maxunicode + 1)
        if unicodedata.category(chr(number)) in CATEGORIES
    }
    for text in (DEFAULT_IGNORABLE, NEWER_FORMAT_CHARACTERS, BLANK):
        found.update(written_out(text))
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "invisible.txt"), "w") as file:
        file.write("# First and last of each range; invisible.py makes this file.\n")
        for first, last in ranges(found):
            file.write(f"{first:X} {last:X}\n")


if __name__ == "__main__":
    main()
