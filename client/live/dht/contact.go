package dht

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/anacrolix/dht/v2"
)

// contacts are the bootstrap nodes with their addresses, which are looked up again when they are
// old: the library asks whenever its table is empty.
type contacts struct {
	mu       sync.Mutex
	names    []string
	resolved []netip.AddrPort
	at       time.Time
}

const (
	contactLifetime = 10 * time.Minute
	resolveTime     = 10 * time.Second
)

// get returns the addresses of a family. Names that cannot be resolved are left out.
func (c *contacts) get(ctx context.Context, rules addresses) []netip.AddrPort {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.resolved) > 0 && time.Since(c.at) < contactLifetime {
		return c.resolved
	}
	ctx, cancel := context.WithTimeout(ctx, resolveTime)
	defer cancel()
	network := "ip6"
	if rules.is4 {
		network = "ip4"
	}
	var out []netip.AddrPort
	for _, name := range c.names {
		host, port, err := net.SplitHostPort(name)
		number, portErr := strconv.ParseUint(port, 10, 16)
		if err != nil || portErr != nil {
			continue
		}
		addrs, err := net.DefaultResolver.LookupNetIP(ctx, network, host)
		if err != nil {
			continue
		}
		for _, a := range addrs {
			node := netip.AddrPortFrom(a.Unmap(), uint16(number))
			if rules.acceptable(node, node.Addr()) && node != rules.local {
				out = append(out, node)
			}
		}
	}
	c.resolved, c.at = out, time.Now()
	return out
}

// startingNodes is asked by the library while its table is empty.
func (f *family) startingNodes() ([]dht.Addr, error) {
	var out []dht.Addr
	for _, a := range f.contact.get(f.node.ctx, f.rules) {
		out = append(out, dht.NewAddr(net.UDPAddrFromAddrPort(a)))
	}
	return out, nil
}

// AddNode pings a node, which joins the routing table if it answers. The address is that of a
// peer's PORT message or of a torrent file's nodes (BEP 5). Impossible addresses are ignored, and
// so are nodes beyond the 64 that wait to be pinged.
func (n *Node) AddNode(addr netip.AddrPort) {
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	for _, f := range n.families {
		if f.rules.acceptable(addr, addr.Addr()) {
			f.meet(addr)
		}
	}
}

func (f *family) meet(addr netip.AddrPort) {
	select {
	case f.met <- addr:
	default:
	}
}

// enoughNodes is the number of good nodes from which on nodes that send queries are not pinged:
// lookups find enough. Below it they are, since only nodes that answered are given to others.
const enoughNodes = 64

// pingMet pings nodes that were met, each once in a while, a few at a time.
func (f *family) pingMet() {
	pinged := map[netip.AddrPort]time.Time{}
	slots := make(chan struct{}, 8)
	for {
		select {
		case <-f.node.ctx.Done():
			for range cap(slots) {
				slots <- struct{}{}
			}
			return
		case addr := <-f.met:
			now := time.Now()
			if now.Sub(pinged[addr]) < time.Minute || addr == f.rules.local || f.server.Stats().GoodNodes >= enoughNodes {
				continue
			}
			if len(pinged) >= 1024 {
				clear(pinged)
			}
			pinged[addr] = now
			select {
			case slots <- struct{}{}:
			case <-f.node.ctx.Done():
				continue
			}
			go func() {
				// The library adds the node to its table if it answers.
				f.server.Query(f.node.ctx, dht.NewAddr(net.UDPAddrFromAddrPort(addr)), "ping", dht.QueryInput{})
				<-slots
			}()
		}
	}
}

// maintain keeps the routing table: it waits for a first node, since the library's maintenance
// leaks a goroutine a minute without one, and then runs that.
func (f *family) maintain() {
	for pause := time.Duration(0); f.server.NumNodes() == 0; pause = min(2*pause+time.Second, time.Minute) {
		select {
		case <-f.node.ctx.Done():
			return
		case <-time.After(pause):
		}
		if len(f.contact.get(f.node.ctx, f.rules)) > 0 {
			f.server.BootstrapContext(f.node.ctx)
		}
	}
	if f.node.ctx.Err() == nil {
		f.server.TableMaintainer()
	}
}
