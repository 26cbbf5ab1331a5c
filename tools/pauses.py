#!/usr/bin/env python3
"""Runs a command on a machine that pauses: all its processors stand still for up to 0.6 s, again and again.

    tools/pauses.py [--longest SECONDS] COMMAND…
    tools/pauses.py ctest --preset release -j 4

A test that fails here waits for a time instead of a condition, or takes a slow machine for a mistake. Needs the right to
use real-time scheduling (root). Ends with the exit code of the command; 2 for a wrong command line, 3 without that right.
"""
import argparse
import os
import random
import subprocess
import sys
import time

SHORTEST = 0.05
LONGEST_BETWEEN = 0.3


def stand_still(processor, until):
    """Nothing else runs on that processor while this process, which outranks all others, is busy."""
    os.sched_setaffinity(0, {processor})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    while time.monotonic() < until:
        pass


def pause(processors, seconds):
    until = time.monotonic() + seconds
    children = []
    for one in processors:
        child = os.fork()
        if child == 0:
            try:
                stand_still(one, until)
            except OSError:
                os._exit(1)
            os._exit(0)
        children.append(child)
    return all([os.waitpid(child, 0)[1] == 0 for child in children])


def main():
    parser = argparse.ArgumentParser(description="Runs a command on a machine that pauses again and again.")
    parser.add_argument("--longest", type=float, default=0.6, metavar="SECONDS", help="the longest pause (0.6)")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")
    o = parser.parse_args()
    if not o.command or o.longest < SHORTEST:
        parser.error(f"it wants a command, and pauses of {SHORTEST} s or more: tools/pauses.py ctest --preset release")
    processors = sorted(os.sched_getaffinity(0))
    if not pause(processors, SHORTEST):
        print("pauses: real-time scheduling is not allowed here; run it as root", file=sys.stderr)
        return 3
    running = subprocess.Popen(o.command)
    count = 0
    while running.poll() is None:
        pause(processors, random.uniform(SHORTEST, o.longest))
        count += 1
        time.sleep(random.uniform(0.01, LONGEST_BETWEEN))
    print(f"pauses: {count}")
    return running.returncode if running.returncode >= 0 else 128 - running.returncode


if __name__ == "__main__":
    sys.exit(main())
