//go:build cgo && libutp

package utp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	libutp "github.com/anacrolix/go-libutp"
	"github.com/anacrolix/log"
)

// Available reports whether the program has uTP.
const Available = true

// Listen opens a UDP socket for uTP at an address, host:port.
func Listen(address string) (Socket, error) {
	addr, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, fmt.Errorf("uTP: %w", err)
	}
	network := "udp6"
	if addr.IP.To4() != nil {
		network = "udp4"
	}
	logger := log.NewLogger("utp")
	logger.SetHandlers(log.DiscardHandler)
	s, err := libutp.NewSocket(network, address, libutp.WithLogger(logger))
	if err != nil {
		return nil, fmt.Errorf("uTP: %w", err)
	}
	return &socket{Socket: s}, nil
}

type socket struct {
	*libutp.Socket
	closing sync.Once
}

func (s *socket) Accept() (net.Conn, error) {
	conn, err := s.Socket.Accept()
	if err != nil {
		// The library has one error, for a closed socket.
		return nil, fmt.Errorf("uTP: accept at %v: %w", s.Addr(), net.ErrClosed)
	}
	return conn, nil
}

func (s *socket) DialContext(ctx context.Context, peer netip.AddrPort) (net.Conn, error) {
	conn, err := s.Socket.DialContext(ctx, "", peer.String())
	if err != nil {
		return nil, fmt.Errorf("uTP: dial %v: %w", peer, err)
	}
	return conn, nil
}

func (s *socket) Close() (err error) {
	s.closing.Do(func() { err = s.Socket.Close() })
	return err
}

func (s *socket) Packets() net.PacketConn { return packets{s.Socket} }

// packets are those that are not uTP's. The library panics when a deadline is set on its socket.
type packets struct{ socket *libutp.Socket }

func (p packets) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := p.socket.ReadFrom(b)
	if err != nil {
		// The library has one error, for a closed socket.
		return 0, nil, net.ErrClosed
	}
	return n, from, nil
}

func (p packets) WriteTo(b []byte, to net.Addr) (int, error) { return p.socket.WriteTo(b, to) }
func (p packets) LocalAddr() net.Addr                        { return p.socket.LocalAddr() }
func (p packets) Close() error                               { return nil }
func (p packets) SetDeadline(time.Time) error                { return errDeadline }
func (p packets) SetReadDeadline(time.Time) error            { return errDeadline }
func (p packets) SetWriteDeadline(time.Time) error           { return errDeadline }

var errDeadline = fmt.Errorf("uTP: deadlines of packets: %w", errors.ErrUnsupported)
