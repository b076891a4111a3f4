#!/usr/bin/python3
"""Prints what libtorrent (python3-libtorrent 2.0.8) reads of the sample torrents.

    ./samples.py "$(go list -m -f {{.Dir}} github.com/anacrolix/torrent)" > samples.txt

Each line has the sample, and either the info hashes of version 1 and version 2 (- if it has none), the
number of pieces and the piece length, or the error.
"""
import glob
import os
import sys
import zipfile

import libtorrent as lt


def say(name, text):
    try:
        info = lt.torrent_info(text)
    except Exception as error:  # libtorrent raises RuntimeError, and others for bencoding
        print(name + "\terror: " + str(error).split(" [")[0])
        return
    hashes = info.info_hashes()
    v1 = str(hashes.v1) if hashes.has_v1() else "-"
    v2 = str(hashes.v2) if hashes.has_v2() else "-"
    print(name + "\t" + " ".join([v1, v2, str(info.num_pieces()), str(info.piece_length())]))


here = os.path.dirname(os.path.abspath(__file__))
for archive in ("libtorrent", "webtorrent"):
    with zipfile.ZipFile(os.path.join(here, archive + ".zip")) as z:
        for name in sorted(z.namelist()):
            if name.endswith(".torrent"):
                say(archive + "/" + name, z.read(name))
for folder in ("bencode/testdata", "metainfo/testdata", "testdata"):
    for path in sorted(glob.glob(os.path.join(sys.argv[1], folder, "*.torrent"))):
        with open(path, "rb") as f:
            say("anacrolix/" + folder + "/" + os.path.basename(path), f.read())
