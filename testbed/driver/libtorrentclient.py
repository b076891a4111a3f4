"""Runs one torrent in libtorrent and prints its progress, a JSON object a line.

The argument is a JSON object; see libtorrentJob in libtorrent.go.
"""

import base64
import json
import signal
import sys
import time

import libtorrent as lt

job = json.loads(sys.argv[1])
stopped = False


def stop(*_):
    global stopped
    stopped = True


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)

session = lt.session(job["settings"])

if job["torrent"].startswith("magnet:"):
    params = lt.parse_magnet_uri(job["torrent"])
else:
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(job["torrent"])
params.save_path = job["folder"]
flags = params.flags & ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
if job["seed"]:
    flags |= lt.torrent_flags.seed_mode
if not job["pex"]:
    flags |= lt.torrent_flags.disable_pex
params.flags = flags
torrent = session.add_torrent(params)


def bitfield(pieces):
    out = bytearray((len(pieces) + 7) // 8)
    for i, have in enumerate(pieces):
        if have:
            out[i // 8] |= 0x80 >> (i % 8)
    return bytes(out)


def have(status, info):
    """The bytes of the verified pieces."""
    if info is None:
        return 0
    pieces = status.pieces
    size = sum(pieces) * info.piece_length()
    if len(pieces) > 0 and pieces[-1]:
        size -= info.piece_length() - info.piece_size(len(pieces) - 1)
    return size


def report():
    s = torrent.status()
    info = torrent.torrent_file()
    complete = s.is_seeding or s.is_finished
    size = info.total_size() if info else 0
    print(json.dumps({
        "have": size if complete else have(s, info),
        "size": size,
        "uploaded": s.total_payload_upload,
        "downloaded": s.total_payload_download,
        "wasted": s.total_redundant_bytes + s.total_failed_bytes,
        "connections": s.num_peers,
        "complete": complete,
        "pieces": base64.b64encode(
            b"\xff" * ((len(s.pieces) + 7) // 8) if complete else bitfield(s.pieces)).decode(),
        "error": str(s.errc.message()) if s.errc.value() else "",
    }), flush=True)


next_report = 0.0
while not stopped:
    now = time.monotonic()
    if now >= next_report:
        report()
        next_report = now + job["interval"]
    session.wait_for_alert(max(1, int((next_report - time.monotonic()) * 1000)))
    for alert in session.pop_alerts():
        if isinstance(alert, lt.torrent_finished_alert):
            report()
        elif alert.category() & lt.alert.category_t.error_notification:
            print(alert.message(), file=sys.stderr, flush=True)

# A pause announces that the torrent has stopped.
session.pause()
end = time.monotonic() + 2
while time.monotonic() < end:
    session.wait_for_alert(200)
    if any(isinstance(a, lt.tracker_reply_alert) for a in session.pop_alerts()):
        break
