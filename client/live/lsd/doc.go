// Package lsd finds peers in the local network by local service discovery (BEP 14): announces of
// info hashes over UDP multicast. The live client runs one Service for each local address that it
// listens at.
//
// # Usage
//
//	s, err := lsd.New(lsd.Config{Local: addr, Port: port, Found: func(infoHash [20]byte, peer netip.AddrPort) { ... }})
//	s.Add(infoHash) // never that of a private torrent (BEP 27)
//	s.Remove(infoHash)
//	s.Close()
//
// # Contract
//
//   - A torrent is announced at once and then every 5 minutes. An announce has up to 24 info hashes,
//     and there is at most one a minute: with more than 120 torrents each waits its turn.
//   - Found is called for torrents that were added, by one goroutine, and must return quickly. Own
//     announces are recognized by their cookie.
//   - At most 100 datagrams a second are looked at. Close returns after all goroutines have ended.
//
// # Limits
//
// Announces are not authenticated: any host that reaches the group can name peers at its own address.
// Where there is no multicast, as in many containers, New fails or no peer is found.
package lsd
