// Functions that the program to ship has in the place of those of its libraries. It is linked
// statically, so a function that is called nowhere, or only where it must not be, still brings
// everything that it refers to into the file. Each file here says what it is for, in its first
// line: that the program does what it says, a cost that every check would pay, or that the file
// would not keep within its size. A few kilobytes are no reason.
//
// They are weak: where the libraries need the original after all, it takes their place.
// Scripts/guard lists those that are in the file, and fails where an original has come back. Where
// a name has no weak definition and stands in one file with others that are needed, the linker
// puts `__wrap_NAME` in its place for all who refer to it from other files; Scripts/build-embedded
// finds these names in the compiled files. A name inside glibc that one version has not is
// referred to by nobody there, and so is not in the file.
//
// Only the program to ship has them. Tests/StandInTests compares them with the originals.
#ifndef CSTANDINS_H
#define CSTANDINS_H

#define STAND_IN __attribute__((weak))

#endif
