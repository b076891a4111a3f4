// Package utp opens connections over uTP (BEP 29), which yields to other traffic: LEDBAT keeps the
// queue of a home's uplink short. The live client listens with it on the UDP port of its node of
// the DHT, and dials peers with it beside TCP.
//
// # Usage
//
//	socket, err := utp.Listen("192.0.2.1:6881")
//	if errors.Is(err, utp.ErrUnavailable) { ... } // TCP only; open the DHT's UDP socket as usual
//	conn, err := socket.Accept()
//	conn, err := socket.DialContext(ctx, peer)
//	node, err := dht.New(dht.Config{IPv4: socket.Packets(), ImpliedPort: true})
//
// # Availability
//
// There is no uTP in the default build. Of the libraries in Go without cgo none passed
// (docs/live.md has the evaluation), so the package uses libutp, uTorrent's own implementation, by
// way of cgo and github.com/anacrolix/go-libutp:
//
//	CGO_ENABLED=1 go build -tags libutp ./cmd/swarmsim
//
// # Contract and limits
//
// Connections are net.Conns with deadlines. Close ends the accepting and the reading of packets,
// and all connections; it returns at once, and a connection's data that has not been sent by then
// is lost. libutp is C code that reads packets of strangers: it is not memory-safe. All sockets of
// a process share one lock. At most 5 connections wait for Accept; others are refused.
package utp
