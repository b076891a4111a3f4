#!/usr/bin/python3
"""Prints the info hashes that mktorrent and libtorrent give for a fixed set of files.

    apt-get install -y --no-install-recommends mktorrent python3-libtorrent
    ./vectors.py > vectors.txt

Each line has the program, its options, what the torrent is made of, and the info hashes of version 1
and version 2 (- if it has none). TestOtherProgramsAgree makes the same torrents and compares; it also
runs this script where both programs are installed. The committed hashes are those of mktorrent 1.1 and
libtorrent 2.0.8.
"""
import os
import subprocess
import tempfile

import libtorrent as lt

# name: (length, executable). The content is defined by data below. There are empty and hidden files,
# names in which the order by components and the order by whole paths differ, and files that end at a
# piece's end.
FILES = {
    ".hidden": (10, False),
    "empty": (0, False),
    "one": (1, False),
    "run.sh": (5000, True),
    "sub-x/q": (100000, False),
    "sub.txt": (32768, False),
    "sub/deep/er/x": (70001, False),
    "sub/empty": (0, False),
    "sub/Upper": (300000, False),
    "\u00fcn\u00efc\u00f6d\u00e9 \u6570": (40000, False),
}
SINGLE = ("single.bin", 123456)
SMALL = ("small.bin", 20000)
PIECE = 32768


def data(length):
    return bytes((i * i + i // 251 + length) & 255 for i in range(length))


def write(path, length, executable=False):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data(length))
    os.chmod(path, 0o755 if executable else 0o644)


def report(program, options, of, info):
    hashes = info.info_hashes()
    v1 = str(hashes.v1) if hashes.has_v1() else "-"
    v2 = str(hashes.v2) if hashes.has_v2() else "-"
    print(program, ",".join(options) or "none", of, v1, v2)


def mktorrent(folder, of, *options):
    flags = {"private": ["-p"], "source": ["-s", "SRC"]}
    out = os.path.join(folder, "out.torrent")
    args = [a for o in options for a in flags[o]]
    subprocess.run(["mktorrent", "-l", "15", "-d", "-o", out, *args, os.path.join(folder, of)],
                   check=True, stdout=subprocess.DEVNULL)
    report("mktorrent", options, of, lt.torrent_info(out))
    os.remove(out)


def libtorrent(folder, of, *options):
    flags = 0
    for option in options:
        flags |= {
            "hybrid": 0,
            "v1": lt.create_torrent.v1_only,
            "v2": lt.create_torrent.v2_only,
            "canonical": lt.create_torrent.canonical_files,
            "private": 0,
            "auto": 0,
        }[option]
    storage = lt.file_storage()
    lt.add_files(storage, os.path.join(folder, of), flags=flags)
    torrent = lt.create_torrent(storage, piece_size=0 if "auto" in options else PIECE, flags=flags)
    torrent.set_priv("private" in options)
    lt.set_piece_hashes(torrent, folder)
    report("libtorrent", options, of, lt.torrent_info(lt.bdecode(lt.bencode(torrent.generate()))))


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, (length, executable) in FILES.items():
            write(os.path.join(folder, "folder", name), length, executable)
        write(os.path.join(folder, "onefile/inside"), 50000)
        for name, length in (SINGLE, SMALL):
            write(os.path.join(folder, name), length)
        for of in ("folder", "onefile", SINGLE[0], SMALL[0]):
            for options in ((), ("private",), ("source",), ("private", "source")):
                mktorrent(folder, of, *options)
            for options in (("hybrid",), ("v2",), ("v1", "canonical"), ("hybrid", "private"), ("v2", "private"),
                            ("hybrid", "auto")):
                libtorrent(folder, of, *options)


main()
