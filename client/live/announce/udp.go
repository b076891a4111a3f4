package announce

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// udpTracker is a tracker that is asked over UDP (BEP 15).
type udpTracker struct {
	url     *url.URL
	port    uint16
	urlData string // BEP 41
	options Options

	closed context.Context
	close  context.CancelFunc

	mu     sync.Mutex
	socket *Socket // opened by the first call, unless it is shared

	turn atomic.Uint32 // which of the host's addresses is asked; moves on after one that does not answer
}

// maxURLData bounds the path and the query in bytes, so that an announce fits into one datagram on
// any path (RFC 8200 section 5: 1,280 bytes).
const maxURLData = 1000

func newUDP(u *url.URL, o Options) (Tracker, error) {
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 || u.Hostname() == "" {
		return nil, fmt.Errorf("tracker URL: %s should have a host and a port, as in udp://host:6969", name(u))
	}
	data := u.RequestURI()
	if data == "/" && u.Path == "" {
		data = ""
	}
	if len(data) > maxURLData {
		return nil, fmt.Errorf("tracker URL: a path of %d bytes is longer than %d", len(data), maxURLData)
	}
	t := &udpTracker{url: u, port: uint16(port), urlData: data, options: o, socket: o.Socket}
	t.closed, t.close = context.WithCancel(context.Background())
	return t, nil
}

func (t *udpTracker) Name() string { return name(t.url) }

func (t *udpTracker) Close() error {
	t.close()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.socket == nil || t.socket == t.options.Socket {
		return nil
	}
	return t.socket.Close()
}

func (t *udpTracker) Announce(ctx context.Context, r Request) (Response, error) {
	body, remote, err := t.ask(ctx, actionAnnounce, appendAnnounce(nil, &r, t.urlData))
	if err != nil {
		return Response{}, fmt.Errorf("announce to %s: %w", t.Name(), err)
	}
	response, err := decodeUDPAnnounce(body, &t.options, remote)
	if err != nil {
		return Response{}, fmt.Errorf("announce to %s: %w", t.Name(), err)
	}
	return response, nil
}

// maxUDPHashes is the number of torrents in one scrape (BEP 15: "about 74").
const maxUDPHashes = 70

func (t *udpTracker) Scrape(ctx context.Context, hashes ...[20]byte) (map[[20]byte]Stats, error) {
	out := map[[20]byte]Stats{}
	for part := range slices.Chunk(hashes, maxUDPHashes) {
		var request []byte
		for _, h := range part {
			request = append(request, h[:]...)
		}
		body, _, err := t.ask(ctx, actionScrape, request)
		if err == nil {
			err = decodeUDPScrape(body, part, out)
		}
		if err != nil {
			return nil, fmt.Errorf("scrape of %s: %w", t.Name(), err)
		}
	}
	return out, nil
}

// ask sends a request, again and again until it is answered or time is up.
func (t *udpTracker) ask(ctx context.Context, action uint32, body []byte) ([]byte, netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, t.options.Timeout)
	defer cancel()
	defer context.AfterFunc(t.closed, cancel)()
	socket, err := t.open()
	if err != nil {
		return nil, netip.Addr{}, err
	}
	turn := t.turn.Load()
	remote, err := t.resolve(ctx, turn)
	if err != nil {
		return nil, netip.Addr{}, err
	}
	c := call{socket: socket, link: socket.link(remote), remote: remote, wait: t.options.Retransmit}
	answer, err := c.request(ctx, action, body)
	switch {
	case err == nil || errors.As(err, new(*Failure)):
		return answer, remote.Addr(), err
	case t.closed.Err() != nil:
		return nil, netip.Addr{}, errClosed
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("%s does not answer: %w", remote, err)
	}
	t.turn.CompareAndSwap(turn, turn+1)
	return nil, netip.Addr{}, err
}

// open returns the socket.
func (t *udpTracker) open() (*Socket, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed.Err() != nil {
		return nil, errClosed
	}
	if t.socket == nil {
		s, err := NewSocket(t.options.Local)
		if err != nil {
			return nil, err
		}
		t.socket = s
	}
	return t.socket, nil
}

// resolve returns an address of the tracker in the family of the local address. turn chooses one of
// several.
func (t *udpTracker) resolve(ctx context.Context, turn uint32) (netip.AddrPort, error) {
	network := "ip"
	if local := t.options.Local.Unmap(); local.Is4() {
		network = "ip4"
	} else if local.Is6() {
		network = "ip6"
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, network, t.url.Hostname())
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("resolve: %w", err)
	}
	if len(addrs) == 0 {
		return netip.AddrPort{}, errors.New("the host has no address")
	}
	return netip.AddrPortFrom(addrs[int(turn)%len(addrs)].Unmap(), t.port), nil
}

// call is one request to a tracker, with its retransmissions.
type call struct {
	socket *Socket
	link   *link
	remote netip.AddrPort
	wait   time.Duration // until the first retransmission
}

// request sends a request with a connection id, which it first obtains if there is none that is valid.
// A tracker that refuses an id, such as one that was restarted, is asked for another one once.
func (c *call) request(ctx context.Context, action uint32, body []byte) ([]byte, error) {
	for refused := false; ; refused = true {
		answer, id, cached, err := c.repeat(ctx, action, body)
		if f := (*Failure)(nil); errors.As(err, &f) {
			c.socket.forgetID(c.link, id)
			if cached && !refused {
				continue
			}
		}
		return answer, err
	}
}

// repeat sends a request until it is answered, after 15 * 2^n seconds for n up to 8 (BEP 15). It
// returns the connection id that was used last, and whether it is of an earlier request.
func (c *call) repeat(ctx context.Context, action uint32, body []byte) (answer []byte, id uint64, cached bool, err error) {
	for n := 0; ; n++ {
		if id, cached, err = c.connect(ctx); err != nil {
			return nil, 0, false, err
		}
		answer, err = c.socket.send(ctx, c.remote, c.wait<<min(n, 8), id, action, body)
		if !errors.Is(err, errNoAnswer) {
			return answer, id, cached, err
		}
	}
}

// connect returns the connection id, and whether another request has obtained it. Of several
// requests that need one, one obtains it for all.
func (c *call) connect(ctx context.Context) (id uint64, cached bool, err error) {
	if id, ok := c.socket.id(c.link); ok {
		return id, true, nil
	}
	select {
	case c.link.token <- struct{}{}:
		defer func() { <-c.link.token }()
	case <-ctx.Done():
		return 0, false, ctx.Err()
	case <-c.socket.closed:
		return 0, false, errClosed
	}
	if id, ok := c.socket.id(c.link); ok {
		return id, true, nil
	}
	for n := 0; ; n++ {
		body, err := c.socket.send(ctx, c.remote, c.wait<<min(n, 8), protocolID, actionConnect, nil)
		if errors.Is(err, errNoAnswer) {
			continue
		}
		if err != nil {
			return 0, false, err
		}
		if id, err = decodeUDPConnect(body); err != nil {
			return 0, false, err
		}
		c.socket.setID(c.link, id)
		return id, false, nil
	}
}
