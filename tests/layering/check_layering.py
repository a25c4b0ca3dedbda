#!/usr/bin/env python3
"""Compares the includes in src/ with what cmake's room() lines allow.

usage: check_layering.py SRC ROOMS_FILE
ROOMS_FILE has a line a room: "name: used;rooms". A room may include its own headers, those of the rooms it uses, and
theirs. app may include any. A test file may include what its room may, and nothing of another room besides.
"""
import pathlib
import re
import sys


def allowed_rooms(uses):
    """The rooms that each room may include: its own, those it names, and theirs."""
    closed = {}

    def close(room):
        if room not in closed:
            closed[room] = {room}.union(*(close(used) for used in uses[room]))
        return closed[room]

    for room in uses:
        close(room)
    return closed


def room_of(path, rooms):
    """The longest room name that `path` (relative to src) lies in: audio/io before audio."""
    parents = [str(parent) for parent in pathlib.PurePosixPath(path).parents]
    return next((parent for parent in parents if parent in rooms), None)


def main():
    source, rooms_file = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    uses = {}
    for line in rooms_file.read_text().splitlines():
        if line.strip():
            name, _, used = line.partition(":")
            uses[name.strip()] = [room for room in used.strip().split(";") if room]
    allowed = allowed_rooms(uses)
    rooms = set(uses) | {"app"}
    faults = []
    for file in sorted(source.rglob("*.[hc]*")):
        relative = file.relative_to(source).as_posix()
        room = room_of(relative, rooms)
        if room is None:
            faults.append(f"{relative}: lies in no room; add a room() line or move it")
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not match or match.group(1).startswith("support/"):
                continue
            target = room_of(match.group(1), rooms)
            if target is None:
                faults.append(f'{relative}:{number}: include "{match.group(1)}" is not a path from src/')
            elif room != "app" and target not in allowed[room]:
                faults.append(f"{relative}:{number}: {room} may not use {target}")
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


main()
