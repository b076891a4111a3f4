"""Announces with libtorrent: announce.py URL ADDRESS. Prints the number of peers in the response."""
import sys
import time

import libtorrent as lt

url, address = sys.argv[1:]
session = lt.session({
    "listen_interfaces": address + ":0",
    "outgoing_interfaces": address,
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "alert_mask": lt.alert.category_t.all_categories,
})
torrent = lt.parse_magnet_uri("magnet:?xt=urn:btih:" + "ab" * 20)
torrent.save_path = "."
torrent.trackers = [url]
handle = session.add_torrent(torrent)


def wait(kinds):
    end = time.time() + 50
    while time.time() < end:
        session.wait_for_alert(1000)
        for a in session.pop_alerts():
            if isinstance(a, lt.tracker_error_alert):
                sys.exit(a.message())
            if isinstance(a, kinds):
                return a
    sys.exit("no response")


print(wait(lt.tracker_reply_alert).num_peers, flush=True)
handle.pause()
wait(lt.tracker_reply_alert)  # to the event stopped
