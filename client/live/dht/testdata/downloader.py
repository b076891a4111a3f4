# A libtorrent downloader that knows no peer, and no tracker. Arguments: folder, address, info hash,
# and a bootstrap node. It prints its port and stays until its input ends.
import select, sys
import libtorrent as lt

folder, address, info_hash, node = sys.argv[1:5]
session = lt.session({
    "listen_interfaces": address + ":0", "outgoing_interfaces": address,
    "enable_dht": True, "dht_bootstrap_nodes": node, "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False, "dht_ignore_dark_internet": False,
    "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
    "enable_incoming_utp": False, "enable_outgoing_utp": False, "alert_mask": 0,
})
params = lt.parse_magnet_uri("magnet:?xt=urn:btih:" + info_hash)
params.save_path = folder
torrent = session.add_torrent(params)
print(session.listen_port(), flush=True)
# libtorrent announces every 15 minutes, and at first perhaps before it knows a node.
while not select.select([sys.stdin], [], [], 2)[0]:
    torrent.force_dht_announce()
