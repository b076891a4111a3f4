package lsd

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/time/rate"
)

// The groups of BEP 14.
const (
	group4 = "239.192.152.143:6771"
	group6 = "[ff15::efc0:988f]:6771"
)

// settle is the time from the first torrent that is added to its announce, so that the torrents of a
// session that starts are announced together.
const settle = 200 * time.Millisecond

// hops is how many routers an announce may pass. The groups reach beyond the local network, which is
// what BEP 14 proposes to make use of.
const hops = 4

// Config says how a Service runs.
type Config struct {
	// Local is the address from which announces are sent; peers connect to it. Its interface is
	// the one that is used, and its family determines the group.
	Local netip.Addr

	// Port is the TCP and uTP port that is announced, 1 to 65535.
	Port uint16

	// Found is called for peers of torrents that were added.
	Found func(infoHash [20]byte, peer netip.AddrPort)
}

// Service announces torrents and listens to announces. Its methods may be called by several
// goroutines.
type Service struct {
	config  Config
	cookie  string
	group   *net.UDPAddr
	send    net.PacketConn
	receive net.PacketConn
	limit   *rate.Limiter
	started time.Time
	added   chan struct{}
	closed  chan struct{}
	closing sync.Once
	running sync.WaitGroup

	mu       sync.Mutex
	schedule schedule
}

// New starts a service.
func New(config Config) (*Service, error) {
	if !config.Local.IsValid() || config.Local.IsUnspecified() || config.Port == 0 || config.Found == nil {
		return nil, errors.New("local service discovery needs a local address, a port and a receiver")
	}
	id := make([]byte, 8)
	rand.Read(id)
	s := &Service{
		config:   config,
		cookie:   hex.EncodeToString(id),
		limit:    rate.NewLimiter(100, 100),
		started:  time.Now(),
		added:    make(chan struct{}, 1),
		closed:   make(chan struct{}),
		schedule: schedule{due: map[[20]byte]time.Duration{}},
	}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("local service discovery at %v: %w", config.Local, err)
	}
	s.running.Go(s.announce)
	s.running.Go(s.listen)
	return s, nil
}

// open opens the sockets: one that is bound to the local address, from which peers learn it, and one
// that receives what is sent to the group.
func (s *Service) open() (err error) {
	network, group := "udp6", group6
	if s.config.Local.Is4() {
		network, group = "udp4", group4
	}
	if s.group, err = net.ResolveUDPAddr(network, group); err != nil {
		return err
	}
	device, err := interfaceOf(s.config.Local)
	if err != nil {
		return err
	}
	if s.send, err = net.ListenPacket(network, net.JoinHostPort(s.config.Local.String(), "0")); err != nil {
		return err
	}
	// A socket for a multicast address shares its port with other clients.
	if s.receive, err = net.ListenPacket(network, group); err != nil {
		s.send.Close()
		return err
	}
	if network == "udp4" {
		out := ipv4.NewPacketConn(s.send)
		err = errors.Join(out.SetMulticastInterface(device), out.SetMulticastTTL(hops), out.SetMulticastLoopback(true),
			ipv4.NewPacketConn(s.receive).JoinGroup(device, s.group))
	} else {
		out := ipv6.NewPacketConn(s.send)
		err = errors.Join(out.SetMulticastInterface(device), out.SetMulticastHopLimit(hops), out.SetMulticastLoopback(true),
			ipv6.NewPacketConn(s.receive).JoinGroup(device, s.group))
	}
	if err != nil {
		s.send.Close()
		s.receive.Close()
	}
	return err
}

// interfaceOf returns the interface that has an address.
func interfaceOf(local netip.Addr) (*net.Interface, error) {
	devices, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	for _, device := range devices {
		addrs, err := device.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			network, ok := a.(*net.IPNet)
			if !ok {
				continue
			}
			addr, _ := netip.AddrFromSlice(network.IP)
			if addr.Unmap() == local.WithZone("") || local.IsLoopback() && network.Contains(local.AsSlice()) {
				return &device, nil
			}
		}
	}
	return nil, errors.New("no interface has this address")
}

// Add announces a torrent from now on, and reports its peers.
func (s *Service) Add(infoHash [20]byte) {
	s.mu.Lock()
	s.schedule.add(infoHash, time.Since(s.started)+settle)
	s.mu.Unlock()
	select {
	case s.added <- struct{}{}:
	default:
	}
}

// Remove ends what Add began.
func (s *Service) Remove(infoHash [20]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.schedule.due, infoHash)
}

// announce sends what is due.
func (s *Service) announce() {
	for {
		s.mu.Lock()
		infoHashes, wait := s.schedule.take(time.Since(s.started))
		s.mu.Unlock()
		if len(infoHashes) > 0 {
			a := announce{s.config.Port, infoHashes, s.cookie}
			// An error, such as an interface that is down, is one of this announce alone.
			s.send.WriteTo(a.encode(s.groupName()), s.group)
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-s.added:
		case <-s.closed:
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

func (s *Service) groupName() string {
	if s.config.Local.Is4() {
		return group4
	}
	return group6
}

// listen reports the peers of announces.
func (s *Service) listen() {
	buffer := make([]byte, maxReceived+1)
	for {
		n, from, err := s.receive.ReadFrom(buffer)
		if err != nil {
			select {
			case <-s.closed:
				return
			case <-time.After(100 * time.Millisecond):
				continue
			}
		}
		if udp, ok := from.(*net.UDPAddr); ok && s.limit.Allow() {
			s.received(buffer[:n], udp.AddrPort().Addr().Unmap())
		}
	}
}

// received reports the peers of one datagram.
func (s *Service) received(datagram []byte, from netip.Addr) {
	a, err := decode(datagram)
	if err != nil || a.cookie == s.cookie || from == s.config.Local && a.port == s.config.Port {
		return
	}
	if !from.IsValid() || from.IsUnspecified() || from.IsMulticast() {
		return
	}
	for _, h := range a.infoHashes {
		s.mu.Lock()
		_, ours := s.schedule.due[h]
		s.mu.Unlock()
		if ours {
			s.config.Found(h, netip.AddrPortFrom(from, a.port))
		}
	}
}

// Close ends the service.
func (s *Service) Close() error {
	s.closing.Do(func() { close(s.closed) })
	err := errors.Join(s.send.Close(), s.receive.Close())
	s.running.Wait()
	return err
}
