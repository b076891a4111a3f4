package utp

import (
	"context"
	"errors"
	"net"
	"net/netip"
)

// ErrUnavailable is the error of Listen in programs that were built without libutp.
var ErrUnavailable = errors.New("uTP is not part of this program: build it with CGO_ENABLED=1 and -tags libutp")

// Socket is a UDP socket that carries uTP connections and other packets.
type Socket interface {
	net.Listener

	// DialContext connects to a peer from the socket's address.
	DialContext(ctx context.Context, peer netip.AddrPort) (net.Conn, error)

	// Packets returns the socket for packets that are not uTP's, which the DHT sends and receives.
	// Packets that are not read in time are dropped. It has no deadlines; closing it does nothing,
	// and reading fails with net.ErrClosed once the Socket is closed.
	Packets() net.PacketConn
}
