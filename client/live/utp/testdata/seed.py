# A libtorrent seed that speaks uTP alone, in plaintext. Arguments: folder, address, and an address and a
# port to dial. It prints its info hash and port, and stays until its input ends.
import os, sys
import libtorrent as lt

folder, address, peer, port = sys.argv[1:5]
with open(os.path.join(folder, "content"), "wb") as f:
    f.write(bytes(range(256)) * 256)
files = lt.file_storage()
lt.add_files(files, os.path.join(folder, "content"))
made = lt.create_torrent(files, 16384, lt.create_torrent.v1_only)
lt.set_piece_hashes(made, folder)
info = lt.torrent_info(lt.bdecode(lt.bencode(made.generate())))
session = lt.session({
    "listen_interfaces": address + ":0", "outgoing_interfaces": address,
    "in_enc_policy": 2, "out_enc_policy": 2, "enable_incoming_tcp": False, "enable_outgoing_tcp": False,
    "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
    "alert_mask": 0,
})
torrent = session.add_torrent({"ti": info, "save_path": folder, "flags": lt.torrent_flags.seed_mode})
torrent.connect_peer((peer, int(port)))
print(info.info_hash(), session.listen_port(), flush=True)
sys.stdin.read()
