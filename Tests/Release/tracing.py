"""What a program touches, by valgrind's tool lackey."""

import os
import shutil
import subprocess


def touched_addresses(program, *arguments, env=None):
    """Every address that a run executes, reads or writes, once."""
    path = shutil.which("valgrind", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    with subprocess.Popen(
        [path, "--tool=lackey", "--trace-mem=yes", "--log-fd=2", program, *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", env=env,
    ) as traced:
        # Kind, address, size: "I  04015a20,3" or " L 1ffefff4e8,8".
        seen = {line[3:].partition(",")[0] for line in traced.stderr
                if line[:3] in ("I  ", " L ", " S ", " M ")}
    return {int(address, 16) for address in seen}
