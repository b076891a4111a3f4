// Package dht finds peers without a tracker: a node of the Mainline DHT (BEP 5) over IPv4 and IPv6
// (BEP 32). The live client runs one node for all its torrents, asks it for peers, and announces
// itself. The routing table and the lookups are those of github.com/anacrolix/dht/v2.
//
// # Usage
//
//	node, err := dht.New(dht.Config{IPv4: packetConn, Bootstrap: dht.DefaultBootstrap, State: saved})
//	go node.Announce(ctx, infoHash, port, func(peers []netip.AddrPort) { ... })
//	node.AddNode(addr) // of a PORT message, or of a torrent file's nodes
//	saved = node.State()
//	node.Close()
//
// Private torrents (BEP 27) are never given to a node; that is for the caller to see to.
//
// # Contract
//
//   - A packet reaches the library only after packetConn has checked it: a packet of 20 bytes can
//     otherwise end the process, and query names fill memory (see packet.go).
//   - Peers and nodes with impossible addresses are dropped: port 0, multicast, unspecified, the
//     node's own, and local addresses that a public node names. An answer gives at most 100 peers,
//     a lookup at most 2,000.
//   - A reply counts only from the address and with the transaction that a query was sent to, and
//     a peer is stored only with a valid token (BEP 5).
//   - Memory is bounded: 2,000 torrents with 500 peers each, 8 of them from one address, for 45
//     minutes; 2,560 nodes. Packets sent and lookups at a time are limited.
//   - Close returns after all goroutines have ended, except those of queries in flight, which end
//     within Config.QueryTimeout, and the one that reads a socket shared with uTP, which ends when
//     that is closed.
//
// # Limits
//
// The node ID follows BEP 42 if the external address is known when the node starts. Nodes that
// break BEP 42 are used, as in libtorrent's defaults, unless Config.SecureOnly is set. There is no
// BEP 44 store, BEP 33 scrape or BEP 51 index. The library numbers its transactions one by one, so
// that an attacker that can forge a queried node's address can guess them.
package dht
